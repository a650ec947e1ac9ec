"""Fifty repositories whose truth is known, and the lake that docs/how-to/fleet.md shows.

Run: python tests/docs/fleet_lake.py DIR. Repositories are .3 apart (logs) around a quarter of a
feature a point; of two methodologies `plain` gives .7 times what `spec` does: 1.43 in truth.
"""

import math
import os
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from lakes import ENVIRONMENT, ledger, windows_of

MANY, RATE, SPREAD, WORSE = 50, 0.25, 0.3, 0.7


def main() -> int:
    """Make the repositories and the list of them."""
    folder = Path(sys.argv[1])
    for number in range(MANY):
        luck = random.Random(1000 + number)
        rate = RATE * math.exp(luck.gauss(0, SPREAD))
        windows = windows_of(number, 6 + luck.randrange(20), rate, worse=WORSE)
        place = folder / f"service-{number:02}"
        if not place.exists():
            ledger(place, dict(os.environ) | ENVIRONMENT, windows)
    print(f"{MANY} repositories in {folder}; spec : plain is {1 / WORSE:.2f} in truth")
    return 0


if __name__ == "__main__":
    sys.exit(main())
