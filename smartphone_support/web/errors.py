"""The one exception that speaks to a person."""


class Refusal(Exception):  # noqa: N818  # an answer the rules give, not a fault
    """A rule of the programme says no.

    Its text is one translated sentence for the user: what was refused, where, and how to mend it.
    Views show it as a message; everything else that goes wrong stays a programming error.
    """
