"""``python -m vigie_notifier``"""

from __future__ import annotations

import sys

from vigie.io.main import serve
from vigie_notifier.app import notifier
from vigie_notifier.settings import NotifierSettings

if __name__ == "__main__":
    sys.exit(serve(notifier(), NotifierSettings))
