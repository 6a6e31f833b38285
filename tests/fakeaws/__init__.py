"""fakeaws - a test server that speaks AWS's wire protocols on the loopback. See README.md."""
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
ROOT = TESTS.parent

# The sample's story and its wire forms are reused, not copied.
if str(TESTS / "tools") not in sys.path:
    sys.path.insert(0, str(TESTS / "tools"))
