"""Encoders of the BERT family in 8-bit integers, run by OpenVINO: no torch, the same tokens, several times as fast."""
