// Follow what happens to tickets: a line of JSON for each event on vigie.tickets.v1.
//
//   node follow_tickets.js                from where this group left off, until Ctrl-C
//   node follow_tickets.js --cause ID     until the answer to what was sent under that id
//
// Options: --kafka HOST:PORT (or VIGIE_KAFKA), --group, --cause, --seconds.
// Ends with 1 when the time is over before the answer.

import { parseArgs } from "node:util";
import kafkajs from "kafkajs";
import lz4 from "lz4-napi";

const { CompressionCodecs, CompressionTypes, Kafka, logLevel } = kafkajs;

// Vigie's records are compressed with LZ4, which kafkajs leaves to others.
CompressionCodecs[CompressionTypes.LZ4] = () => ({
  compress: (encoder) => lz4.compressFrame(encoder.buffer),
  decompress: (buffer) => lz4.decompressFrame(buffer),
});

const { values: asked } = parseArgs({
  options: {
    kafka: { type: "string", default: process.env.VIGIE_KAFKA ?? "localhost:9092" },
    group: { type: "string", default: "example-javascript" },
    cause: { type: "string" },
    seconds: { type: "string" },
  },
});

// Ids of events that were seen. A real program keeps them in the database that it changes, in the same transaction.
const seen = new Set();

// The attributes that most readers want, and the data. Members that you do not know may appear: ignore them.
const read = (message) => {
  const text = (name) => message.headers[name]?.toString() ?? "";
  return {
    id: text("ce_id"),
    type: text("ce_type"),
    time: text("ce_time"),
    subject: text("ce_subject"),
    causationid: text("ce_causationid"),
    data: JSON.parse(message.value?.toString() || "{}"),
  };
};

const kafka = new Kafka({ clientId: "vigie-example", brokers: [asked.kafka], logLevel: logLevel.ERROR });
const consumer = kafka.consumer({ groupId: asked.group });

let finish;
const finished = new Promise((resolve) => (finish = resolve));
process.once("SIGINT", () => finish(0));
if (asked.seconds) setTimeout(() => finish(asked.cause ? 1 : 0), Number(asked.seconds) * 1000);

await consumer.connect();
await consumer.subscribe({ topic: "vigie.tickets.v1", fromBeginning: true });
// Offsets are committed after a message was worked on: what was not is delivered again after a crash.
await consumer.run({
  eachMessage: async ({ message }) => {
    const event = read(message);
    if (!seen.has(event.id)) {
      // a record may come again after a crash, the same to the byte
      seen.add(event.id);
      console.log(JSON.stringify(event));
    }
    if (asked.cause && event.causationid === asked.cause) finish(0);
  },
});
const result = await finished;
await consumer.disconnect();
process.exit(result);
