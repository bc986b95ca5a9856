"""The composition root: the only place that builds the parts and joins them.

Parts are imported where they are built, so that a command pays only for what it runs.
"""

from bot.app.clusters import (
    Choice,
    ask_rights,
    cluster_book,
    open_cluster,
    rbac_manifest,
    save_snapshot,
)
from bot.app.demos import demo, demo_page
from bot.app.entries import (
    UnknownEntryError,
    build_doctor,
    evaluate,
    examine,
    export,
    export_entry,
    find_entry,
    import_handbook,
    library,
)
from bot.app.records import (
    check_database,
    count_lately,
    current_revision,
    list_incidents,
    show_incident,
    taught_files,
    upgrade_database,
)
from bot.app.service import Running, run_bot, serve, slack_manifest

__all__ = [
    "Choice",
    "Running",
    "UnknownEntryError",
    "ask_rights",
    "build_doctor",
    "check_database",
    "cluster_book",
    "count_lately",
    "current_revision",
    "demo",
    "demo_page",
    "evaluate",
    "examine",
    "export",
    "export_entry",
    "find_entry",
    "import_handbook",
    "library",
    "list_incidents",
    "open_cluster",
    "rbac_manifest",
    "run_bot",
    "save_snapshot",
    "serve",
    "show_incident",
    "slack_manifest",
    "taught_files",
    "upgrade_database",
]
