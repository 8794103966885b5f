"""The directory on PostgreSQL: its projection, the look-up for requests, and what is put together of them."""

from vigie_intake.adapters.directory.opening import Directory, access_code_key, open_directory
from vigie_intake.adapters.directory.projection import rebuild
from vigie_intake.adapters.directory.terms import Asker, contracts_of, terms

__all__ = ["Asker", "Directory", "access_code_key", "contracts_of", "open_directory", "rebuild", "terms"]
