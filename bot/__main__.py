"""The `netcheck` command."""

from bot.cli.main import netcheck


def main() -> None:
    """Run the command line."""
    netcheck.main(prog_name="netcheck")


if __name__ == "__main__":
    main()
