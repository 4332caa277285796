"""The tests."""

import os
import sys

# Some machines tell Python to keep no compiled files. The dozens of processes that tests start would each compile the
# libraries anew, which takes longer than most tests.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
