"""TimeOverflow's categories and ours: by the names that it is delivered with, and by our own in every language."""

from services.connect.timeoverflow.columns import plain
from services.vocabulary import CATEGORIES, label

_THEIRS = {
    "company": (
        "Acompañamiento", "Acompanyament", "Laguntza", "Acompañamento", "Accompagnement", "Accompaniment",
        "Companionship",
    ),
    "health": ("Salud", "Salut", "Osasuna", "Saúde", "Santé", "Wellbeing"),
    "household": (
        "Tareas domésticas", "Tasques domèstiques", "Etxeko lanak", "Tarefas domésticas", "Tâches domestiques",
        "Housework", "Household tasks", "Domestic tasks",
    ),
    "work": (
        "Tareas administrativas", "Tasques administratives", "Administrazio lanak", "Tarefas administrativas",
        "Tâches administratives", "Administrative tasks",
    ),
    "learning": ("Clases", "Classes", "Eskolak", "Clases particulares", "Cours", "Lessons"),
    "culture": ("Ocio", "Oci", "Aisia", "Lecer", "Loisirs", "Leisure"),
    "advice": ("Asesoramiento", "Assessorament", "Aholkularitza", "Asesoramento", "Conseils", "Counselling"),
}  # fmt: skip
_OURS = {plain(name): key for key, one in CATEGORIES.items() for name in (key, *one.labels.values())}
_BY_NAME = {**_OURS, **{plain(name): key for key, names in _THEIRS.items() for name in names}}


def ours(name: str) -> str | None:
    """Return our category for one of theirs, or None: `Otro` and what a bank has made up are no category here."""
    return _BY_NAME.get(plain(name))


def theirs(key: str | None) -> str:
    """Return the name under which a category of ours goes out; none for none."""
    return "" if key is None else label(key)
