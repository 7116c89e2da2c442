"""How the workbook looks: colours that colour-blind people tell apart, always with words beside them."""

from __future__ import annotations

from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from plugin.charts.style import STATUS_COLOURS, TINTS

FONT = "Calibri"
GREY, LINE, INK, BLUE = "F2F2F2", "D0D5DB", "1F2933", "0B5CAB"
FIXED_INK = "52606D"
_RULE = Side(style="thin", color=LINE)
BOX = Border(left=_RULE, right=_RULE, top=_RULE, bottom=_RULE)
_WRAPPED = Alignment(wrap_text=True, vertical="center", horizontal="left", indent=1)
_GREY = PatternFill("solid", start_color=GREY)
_BLUE = PatternFill("solid", start_color=BLUE)
_BODY, _FIXED = Font(name=FONT, size=10, color=INK), Font(name=FONT, size=10, color=FIXED_INK)
_HEAD = Font(name=FONT, size=10, bold=True, color="FFFFFF")
_LABEL = Font(name=FONT, size=10, bold=True, color=INK)
_OPEN = Protection(locked=False)
_FILLS = {name: PatternFill("solid", start_color=tint.lstrip("#").upper()) for name, tint in TINTS.items()}
_WORDS = {
    name: Font(name=FONT, size=10, bold=True, color=colour.lstrip("#").upper())
    for name, colour in STATUS_COLOURS.items()
}
STANDING = {"achieved": "on_course", "done": "on_course", "late": "off_course", "open": "holding"}
"""The colour of a milestone's or an action's standing is that of a status."""


def title(cell: Cell) -> None:
    """Make a cell the sheet's title."""
    cell.font = Font(name=FONT, size=18, bold=True, color=BLUE)


def subtitle(cell: Cell) -> None:
    """Make a cell the beginning of a section."""
    cell.font = Font(name=FONT, size=13, bold=True, color=BLUE)


def hint(cell: Cell) -> None:
    """Make a cell a remark."""
    cell.font = Font(name=FONT, size=9, italic=True, color=FIXED_INK)
    cell.alignment = Alignment(vertical="top")


def heading(cell: Cell) -> None:
    """Make a cell the heading of a column."""
    cell.font, cell.fill, cell.border = _HEAD, _BLUE, BOX
    cell.alignment = _WRAPPED


def label(cell: Cell) -> None:
    """Make a cell the name of the value beside it."""
    cell.font, cell.border, cell.alignment = _LABEL, BOX, _WRAPPED


def body(cell: Cell, *, fixed: bool) -> None:
    """Make a cell hold a value: white to be edited, or grey, locked, to be read."""
    cell.border, cell.alignment = BOX, _WRAPPED
    cell.font = _FIXED if fixed else _BODY
    if fixed:
        cell.fill = _GREY
    else:
        cell.protection = _OPEN


def coloured(cell: Cell, status: str | None) -> None:
    """Give a cell that names a status, or a standing, its colour."""
    name = STANDING.get(status or "", status)
    if name in _FILLS:
        cell.fill, cell.font = _FILLS[name], _WORDS[name]


def printed(sheet: Worksheet, *, titles: str | None = None) -> None:
    """Set a sheet up for paper: across a landscape page, with its name and the page's number below."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top, sheet.page_margins.bottom, sheet.page_margins.footer = 0.5, 0.8, 0.4
    sheet.oddFooter = HeaderFooterItem(left=_HeaderFooterPart("&A"), right=_HeaderFooterPart("&P / &N"))
    sheet.sheet_view.showGridLines = False
    if titles:
        sheet.print_title_rows = titles


def locked(sheet: Worksheet) -> None:
    """Lock what is not to be edited; without a password, so that nobody is kept out of their own file."""
    protection = sheet.protection
    protection.sheet = True
    protection.formatColumns = protection.formatRows = False
    protection.autoFilter = protection.sort = False
