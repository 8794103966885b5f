"""The contracts as documents for other people's programs: JSON Schemas and an AsyncAPI 3 description."""

from vigie.documents.asyncapi import asyncapi
from vigie.documents.compatibility import incompatibilities
from vigie.documents.schemas import schemas

__all__ = ["asyncapi", "incompatibilities", "schemas"]
