"""Everything that can go wrong and is worth a sentence to the user.

KbError
├── UnreadableFile        a document cannot be read; the build goes on without it
├── InvalidCodebook       a codebook says something it must not
├── InvalidSources        a list of sources says something it must not
├── InvalidGold           a file of gold statements says something it must not
├── InvalidWords          a list of words that the pipeline reads by says something it must not
├── DatabaseMissing       there is no knowledge base where one was looked for
├── EncoderMismatch       the statements were embedded by another model
├── EncoderMissing        the model is not on this machine
├── NoSuchId              nothing in the knowledge base has this id
├── FileMissing           the file of a document is not there, or not to be shown
├── BuildRunning          another build is writing the same database
├── Unfetchable           something cannot be fetched; the pull goes on without it
├── PullRunning           another pull is writing the same folder
└── Unsound               a built database breaks one of its own promises: our bug
"""

from __future__ import annotations


class KbError(Exception):
    """Base of all errors whose message is written for the user."""


class UnreadableFile(KbError):
    """A document cannot be read; `reason` says why and what to do, in one line.

    It is `passing` where the next attempt may well succeed, for a want of time or memory, say.
    """

    def __init__(self, reason: str, *, passing: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.passing = passing


class InvalidCodebook(KbError):
    """A codebook says something it must not; the message names the place."""


class InvalidSources(KbError):
    """A list of sources says something it must not; the message names the place."""


class InvalidGold(KbError):
    """A file of gold statements says something it must not; the message names the line."""


class InvalidWords(KbError):
    """A list of words that the pipeline reads by is not as it must be; names the place."""


class DatabaseMissing(KbError):
    """There is no knowledge base where one was looked for."""


class EncoderMismatch(KbError):
    """The statements were embedded by another model than the one asked with."""


class EncoderMissing(KbError):
    """The model that is asked for is not on this machine."""


class NoSuchId(KbError):
    """Nothing in the knowledge base has this id."""


class FileMissing(KbError):
    """The file that a document was read from is not there, has changed, or cannot be shown."""


class BuildRunning(KbError):
    """Another build is writing the same database."""


class Unfetchable(KbError):
    """Something cannot be fetched; `reason` says why and what to do, in one line.

    `status` is what a server said, 0 where none did.
    """

    def __init__(self, reason: str, *, status: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status

    @property
    def gone(self) -> bool:
        """Say whether its publisher says that it is there no more."""
        return self.status in (404, 410)


class PullRunning(KbError):
    """Another pull is writing the same folder."""


class Unsound(KbError):
    """A built database breaks one of its own promises: a bug in us, not in the input."""
