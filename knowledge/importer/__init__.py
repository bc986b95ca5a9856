"""Any Markdown handbook made draft entries, one for each section that describes a trouble."""

from knowledge.importer.draft import Draft
from knowledge.importer.handbook import import_handbook, read_handbook
from knowledge.importer.report import Import, SectionReport

__all__ = ["Draft", "Import", "SectionReport", "import_handbook", "read_handbook"]
