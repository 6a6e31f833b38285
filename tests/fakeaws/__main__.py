"""__main__.py - `python3 tests/fakeaws --dir DIR` starts the server; --help tells the options."""
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])

from fakeaws.main import main   # the line above makes the package known  # noqa: E402

sys.exit(main())
