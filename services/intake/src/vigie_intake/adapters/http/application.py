"""The API as one ASGI application."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI, Security
from fastapi.security import HTTPBearer

from vigie_intake.adapters.http.acting import add_actions
from vigie_intake.adapters.http.attachments import UPLOAD_WITHIN, add_attachments
from vigie_intake.adapters.http.calls import add_calls
from vigie_intake.adapters.http.calls_to_make import add_calls_to_make
from vigie_intake.adapters.http.customer_history import add_customer_history
from vigie_intake.adapters.http.customers import add_customers
from vigie_intake.adapters.http.desk import Desk
from vigie_intake.adapters.http.documents import DESCRIPTION, add_documents
from vigie_intake.adapters.http.opening import add_opening
from vigie_intake.adapters.http.pairs import add_pairs
from vigie_intake.adapters.http.problems import answer_problems
from vigie_intake.adapters.http.queue import add_queue
from vigie_intake.adapters.http.reading import add_reading
from vigie_intake.adapters.http.strict import strict_route


def api(desk: Desk) -> FastAPI:
    """All routes, the documentation, and every error as a problem."""
    app = FastAPI(
        title="Vigie", version="1", description=DESCRIPTION, docs_url=None, redoc_url=None, redirect_slashes=False
    )
    documented = Security(HTTPBearer(auto_error=False, description="A token of `vigie intake token create`."))
    router = APIRouter(
        prefix="/v1", route_class=strict_route(desk.authenticate), dependencies=[documented], tags=["tickets"]
    )
    add_opening(router, desk)
    add_reading(router, desk)
    add_queue(router, desk)
    add_calls_to_make(router, desk)
    add_calls(router, desk)
    add_actions(router, desk)
    add_pairs(router, desk)
    app.include_router(router)
    directory = APIRouter(
        prefix="/v1", route_class=strict_route(desk.authenticate), dependencies=[documented], tags=["customers"]
    )
    add_customers(directory, desk)
    add_customer_history(directory, desk)
    app.include_router(directory)
    files = APIRouter(
        prefix="/v1",
        route_class=strict_route(desk.authenticate, within=UPLOAD_WITHIN),
        dependencies=[documented],
        tags=["attachments"],
    )
    add_attachments(files, desk)
    app.include_router(files)
    add_documents(app)
    answer_problems(app)
    return app
