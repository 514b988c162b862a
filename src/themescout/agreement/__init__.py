"""How far coders agree: coefficients for one code and for sets of codes, with intervals over informants.

Numbers in, numbers out. A matrix of ratings has a row for each segment and a column for each coder; -1 stands for a
segment that a coder did not decide. `groups` says whose words a segment is: intervals rest on draws of informants.
"""

from themescout.agreement.codes import LEAST, CodeAgreement, of_code
from themescout.agreement.figures import DRAWS, Figure
from themescout.agreement.sets import SetAgreement, of_sets

__all__ = ["DRAWS", "LEAST", "CodeAgreement", "Figure", "SetAgreement", "of_code", "of_sets"]
