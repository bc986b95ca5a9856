"""Leave without a setting."""

from bot.core.leave import Act
from checks.text import Text


class Everyone:
    """Lets everybody do everything. Fulfils `Leave`."""

    async def refusal(self, user: str, act: Act) -> Text | None:
        """Return None."""
        del user, act
        return None
