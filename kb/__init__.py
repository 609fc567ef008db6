"""The evidence knowledge base: who claims what, on what evidence, exactly where."""

import os

__version__ = "0.1.0"

# one question, one thread: numpy's threads wait busily for each other where cores are shared
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
