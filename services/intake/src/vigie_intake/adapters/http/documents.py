"""The API's own documentation: one page that works without the internet, examples, and what may go wrong."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, FastAPI, Path, Response
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.staticfiles import StaticFiles

from vigie_intake.adapters.http.problems import MEDIA_TYPE, Problem

DESCRIPTION: Final = """Open tickets, work on them, and read what became of every promise about them.

* **Who asks**: `Authorization: Bearer <token>`. A token is a principal with a role (`channel`, `agent`, `manager`,
  `admin`) and desks. Tickets of other desks do not exist for it. Only managers and admins may name another `agent`,
  or record customers.
* **Once**: with an `Idempotency-Key` the same request again gets the same answer, and nothing happens twice.
* **Not over somebody else's change**: every ticket has an `ETag`; send it as `If-Match` with a change.
* **Errors** are `application/problem+json` (RFC 9457): match on `name`, show `detail`, mark the fields in `errors`.
* **Time** is ISO 8601 with an offset; answers are in UTC.
* **Language**: a history is told in words, too: in the language of `lang`, of `Accept-Language`, or of the ticket.
"""

Number = Annotated[str, Path(description="The ticket's number", examples=["T-1042"])]


def _header(name: str, description: str, example: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": False,
        "description": description,
        "schema": {"type": "string"},
        "example": example,
    }


_ONCE: Final = _header("Idempotency-Key", "1 to 255 visible ASCII characters; the answer is kept under it.", "5f0c2a8e")
_BY_VERSION: Final = _header(
    "If-Match", "The ETag that the decision was made by; 412 when the ticket has moved on.", '"3"'
)
OPENING_HEADERS: Final[dict[str, Any]] = {"parameters": [_ONCE]}
COMMAND_HEADERS: Final[dict[str, Any]] = {"parameters": [_ONCE, _BY_VERSION]}
_FILE_NAME: Final = {
    **_header("Content-Disposition", "What the file is called.", 'attachment; filename="plan.pdf"'),
    "required": True,
}
FILE_HEADERS: Final[dict[str, Any]] = {"parameters": [_FILE_NAME, _ONCE, _BY_VERSION]}
FILE: Final[dict[str, Any]] = {
    "requestBody": {
        "description": "The file as it is.",
        "required": True,
        "content": {
            "application/octet-stream": {
                "schema": {"type": "string", "format": "binary"},
                "examples": {"pdf": {"summary": "The first bytes of a document", "value": "%PDF-1.7 …"}},
            }
        },
    }
}

_MEANINGS: Final = {
    400: "The body is no JSON, or a header is malformed.",
    401: "No token, or none that is known.",
    403: "The role may not do this.",
    404: "No such ticket, call, customer or desk, or not one of yours.",
    409: "A rule of the desk forbids it; `name` says which.",
    410: "Its content is not there any more.",
    412: "`If-Match` names a version that is not the present one any more.",
    413: "The body is larger than 64 KiB.",
    415: "The body is not application/json.",
    422: "Fields are missing or wrong, or the idempotency key was used for another request.",
    503: "Not now; `Retry-After` says when. Asked again under the same `Idempotency-Key`, nothing happens twice.",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The errors of a route, documented; 503 belongs to all."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": _MEANINGS[status], "content": content} for status in (*statuses, 503)}


_REQUEST: Final = {
    "desk": "serveurcom",
    "channel": "api",
    "customer": "acme",
    "contact": {"name": "Jeanne Martin", "email": "jeanne@acme.example", "phone": "+33612345678", "language": "fr"},
    "kind": "technical",
    "service": "Support technique",
    "reason": "Panne",
    "priority": "high",
    "subject": "Plus de tonalité sur tous les postes",
    "description": "Depuis 21 h 50, aucun appel entrant ni sortant.",
    "access_code": "4711-2026",
}
OPENING_EXAMPLES: Final[Any] = {
    "all": {"summary": "All that can be said", "value": _REQUEST},
    "least": {
        "summary": "The least that must be said",
        "value": {
            "desk": "serveurcom",
            "contact": {"name": "Jeanne Martin", "email": "jeanne@acme.example"},
            "kind": "technical",
            "priority": "low",
            "subject": "Comment activer mon répondeur ?",
        },
    },
}
CALL_EXAMPLES: Final[Any] = {
    "qualified": {
        "summary": "A call as a technician understood it",
        "value": {
            "desk": "ocm",
            "customer": "acme",
            "contact": {"name": "Jeanne Martin", "email": "jeanne@acme.example", "phone": "+33612345678"},
            "kind": "cloud",
            "subject": "Plus d'accès au bureau distant",
        },
    },
}


def _example(**value: Any) -> dict[str, Any]:
    return {"example": {"value": value}}


ACTION_EXAMPLES: Final[dict[str, Any]] = {
    "take-charge": _example(agent="amelie"),
    "assign": _example(to="bruno"),
    "replies": _example(text="Bonjour, nous regardons cela."),
    "notes": _example(text="Même panne que T-1031 ?"),
    "ask-customer": _example(**{"for": "answer", "text": "Quels postes sont touchés ?"}),
    "customer-replies": _example(text="Les postes 400 à 420."),
    "files-received": _example(),
    "contact-attempts": _example(outcome="voicemail"),
    "qualify": _example(kind="technical", service="Support technique"),
    "priority": _example(priority="medium"),
    "resolve": _example(text="Le lien est rétabli."),
    "close": _example(agent="amelie"),
    "agree-closed": _example(agent="amelie"),
    "reopen": _example(reason="customer"),
    "escalate": _example(level="N1"),
    "take-up": _example(level="N1"),
    "end-intervention": _example(mode="remote", outcome="solved"),
    "plan-on-site": _example(visitor="installer", scheduled_for="2026-03-25T09:00:00+01:00"),
    "arrive-on-site": _example(agent="bruno"),
    "order-exchange": _example(item="Borne d’accueil"),
    "order-repair": _example(item="Borne d’accueil"),
    "finish-repair": _example(outcome="repaired"),
    "declare-bug": _example(cause="software", reference="BUG-731"),
    "workaround": _example(text="Redémarrez l’afficheur chaque matin."),
    "deliver-fix": _example(reference="7.4.2"),
    "propose-price": _example(amount="180.00"),
    "accept-price": _example(agent="amelie"),
    "log-work": _example(minutes=25, mode="remote", remote_tool=False, factors=["immediate"]),
    "on-call-messages": _example(ticket_number=True, contact_details=True, subject=True),
}

MERGE_EXAMPLES: Final[Any] = _example(into="T-1042")
LINK_EXAMPLES: Final[Any] = {
    "ticket": {"summary": "Another ticket of the desk", "value": {"relation": "research", "to": "T-1042"}},
    "elsewhere": {
        "summary": "A case of another system",
        "value": {"relation": "research", "reference": "RD-2026-118"},
    },
}

CUSTOMER_EXAMPLES: Final[Any] = {
    "all": {
        "summary": "All that can be said",
        "value": {
            "name": "Acme",
            "audit_accepted": True,
            "hours": {"mon": ["09:00-12:00", "14:00-18:00"], "fri": ["09:00-12:00"]},
            "sites": [{"name": "Siège", "address": "1 rue Haute, 72000 Le Mans"}],
            "contacts": [
                {
                    "name": "Jeanne Martin",
                    "email": "jeanne@acme.example",
                    "phone": "+33612345678",
                    "language": "fr",
                    "may_open": True,
                    "trained": {"serveurcom": ["Support technique"]},
                }
            ],
            "contracts": [
                {
                    "contract": "C-2026-17",
                    "desk": "serveurcom",
                    "maintained": True,
                    "sla": True,
                    "on_call": True,
                    "services": ["Support technique"],
                    "access_code": "4711-2026",
                    "valid_from": "2026-01-01",
                    "valid_to": "2026-12-31",
                }
            ],
        },
    },
    "least": {"summary": "The least that must be said", "value": {"name": "Acme"}},
}
CUSTOMER_COMMAND_EXAMPLES: Final[dict[str, Any]] = {
    "accept-audit": _example(),
    "trainings": _example(email="jeanne@acme.example", desk="serveurcom", service="Support technique"),
    "end-contract": _example(contract="C-2026-17", last_day="2026-12-31"),
}


def add_documents(app: FastAPI) -> None:
    """``/docs``, with the page's own scripts, and ``Problem`` among the schemas of ``/openapi.json``."""
    app.mount("/docs/assets", StaticFiles(packages=[("fastapi_offline", "static")]), name="assets")
    pages = APIRouter(include_in_schema=False)

    @pages.get("/docs")
    async def page() -> Response:
        return get_swagger_ui_html(
            openapi_url="/openapi.json",
            title=app.title,
            swagger_js_url="/docs/assets/swagger-ui-bundle.js",
            swagger_css_url="/docs/assets/swagger-ui.css",
            swagger_favicon_url="/docs/assets/favicon.png",
            swagger_ui_parameters={"defaultModelsExpandDepth": 0, "persistAuthorization": True},
        )

    app.include_router(pages)
    _describe_problems(app)


def _forget_the_frameworks_errors(document: dict[str, Any]) -> None:
    """FastAPI documents a 422 of its own wherever there is a parameter; ours are documented where they can happen."""
    for methods in document["paths"].values():
        for operation in methods.values():
            if "HTTPValidationError" in str(operation["responses"].get("422")):
                del operation["responses"]["422"]
    for unused in ("HTTPValidationError", "ValidationError"):
        document["components"]["schemas"].pop(unused, None)


def _describe_problems(app: FastAPI) -> None:
    describe = app.openapi

    def described() -> dict[str, Any]:
        document = describe()
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        if "Problem" not in schemas:
            schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas.update(schema.pop("$defs", {}))
            schemas["Problem"] = schema
            _forget_the_frameworks_errors(document)
        return document

    app.openapi = described  # type: ignore[method-assign]  # how FastAPI wants its document extended
