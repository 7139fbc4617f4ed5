"""The one error: a bundle that does not show what it is to show."""


class Refused(Exception):
    """Why a bundle is refused. Names entries and fields, never values of applicants."""


def require(holds: bool, why: str) -> None:
    if not holds:
        raise Refused(why)
