// Tell Vigie something from another system: a request, a reply, a call …
//
//   npm install
//   node send_request.js request.json
//   node send_request.js --type vigie.ReplyReceived.v1 reply.json
//
// Options: --kafka HOST:PORT (or VIGIE_KAFKA), --type, --source, --id, --key, --structured.
// Prints the id under which the answer can be found (ce_causationid, see follow_tickets.js).

import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Kafka, logLevel, Partitioners } from "kafkajs";

const { values: asked, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    kafka: { type: "string", default: process.env.VIGIE_KAFKA ?? "localhost:9092" },
    type: { type: "string", default: "vigie.RequestSubmitted.v1" },
    source: { type: "string", default: "/example/javascript" },
    id: { type: "string" },
    key: { type: "string" },
    structured: { type: "boolean", default: false },
  },
});
if (positionals.length !== 1) {
  console.error("usage: node send_request.js [options] FILE");
  process.exit(2);
}

const data = JSON.parse(readFileSync(positionals[0], "utf8"));
const event = {
  specversion: "1.0",
  // What happened once must keep its id when it is sent again: then it counts once. A random one is right only where
  // nothing better is at hand, such as the number that your own system gave it.
  id: asked.id ?? randomUUID(),
  source: asked.source,
  type: asked.type,
};

// CloudEvents binary mode: the attributes are headers, the value is the data.
const binary = () => ({
  headers: {
    ...Object.fromEntries(Object.entries(event).map(([name, text]) => [`ce_${name}`, text])),
    "content-type": "application/json",
  },
  value: JSON.stringify(data),
});

// CloudEvents structured mode: everything is in the value.
const structured = () => ({
  headers: { "content-type": "application/cloudevents+json" },
  value: JSON.stringify({ ...event, data }),
});

const kafka = new Kafka({ clientId: "vigie-example", brokers: [asked.kafka], logLevel: logLevel.ERROR });
const producer = kafka.producer({
  idempotent: true,
  maxInFlightRequests: 1,
  createPartitioner: Partitioners.DefaultPartitioner,
});
await producer.connect();
try {
  // The key keeps what belongs together in order: a ticket's number or your own reference will do.
  const message = { key: asked.key ?? null, ...(asked.structured ? structured() : binary()) };
  await producer.send({ topic: "vigie.requests.v1", acks: -1, messages: [message] });
} finally {
  await producer.disconnect();
}
console.log(event.id);
