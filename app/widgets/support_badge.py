"""A small word beside a parameter: what the server in use does with it.

Owns the words and look of a finding; must not know how it was learnt.
"""

from PySide6.QtCore import QDate, QEvent, QLocale, Qt
from PySide6.QtWidgets import QLabel, QWidget

from app.domain.capabilities import Finding, Support


class SupportBadge(QLabel):
    """Say "refused" or "ignored" with the reason on hover; say nothing of what works or is not known."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("badge", True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._finding: Finding | None = None
        self.hide()

    def show_finding(self, finding: Finding | None) -> None:
        """Show one finding; None for nothing known."""
        self._finding = finding
        if finding is None or finding.support not in {Support.REFUSED, Support.IGNORED}:
            self.hide()
            return
        learnt = finding.learnt.astimezone()
        day = QLocale().toString(QDate(learnt.year, learnt.month, learnt.day), QLocale.FormatType.ShortFormat)
        if finding.support is Support.REFUSED:
            self.setText(self.tr("refused"))
            words = self.tr("This server refuses this setting, so it is not sent.")
        else:
            self.setText(self.tr("ignored"))
            words = self.tr("This server takes this setting and does nothing with it.")
        parts = [words, finding.reason, self.tr("Learnt on {day}.").format(day=day)]
        self.setToolTip("\n".join(part for part in parts if part))
        self.setAccessibleName(f"{self.text()}. {self.toolTip()}")
        self.show()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange and self._finding is not None:
            self.show_finding(self._finding)
