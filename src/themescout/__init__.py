"""themescout: suggests codes for interview transcripts, on your own computer; a person decides."""

__version__ = "0.1.0"
