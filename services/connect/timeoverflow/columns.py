"""What TimeOverflow's columns mean, whatever its language: English, Spanish, Catalan, Basque, Galician, French.

A report in another language is read by the order of its columns, if it has as many as TimeOverflow writes.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from services.connect.timeoverflow.sheets import Unreadable

Meanings = Mapping[str, tuple[str, ...]]
MEMBER: Meanings = {
    "uid": (
        "n", "no", "num", "numero", "number", "member number", "member id", "member uid", "uid", "user code",
        "codigo de usuario", "codi d usuari", "erabiltzaile kodea", "numero de socio", "numero de membre",
    ),
    "name": ("name", "username", "nombre", "nom", "izena", "nome"),
    "email": (
        "email", "e mail", "correo", "correu", "eposta", "correo electronico", "correu electronic", "e posta",
        "courriel",
    ),
    "phone": ("phone", "telefono", "telefon", "telefonoa", "telephone"),
    "other_phone": (
        "alternative phone", "alt phone", "telefono alternativo", "telefon alternatiu", "ordezko telefonoa",
        "telephone alternatif",
    ),
    "locale": ("locale", "language", "idioma", "llengua", "hizkuntza", "lingua", "langue"),
    "balance": ("balance", "balanc", "saldo", "balantzea", "solde", "balance seconds", "seconds"),
    "active": ("active", "activo", "activa", "actiu", "aktibo", "actif"),
}  # fmt: skip
POST: Meanings = {
    "id": ("id", "post id"),
    "title": (
        "title", "titulo", "titol", "izenburua", "titre", "offer", "oferta", "eskaintza", "offre",
        "inquiry", "demanda", "eskaera", "demande", "peticion",
    ),
    "description": ("description", "descripcion", "descripcio", "deskribapena", "descricion"),
    "category": ("category", "categoria", "kategoria", "categorie"),
    "tags": ("tags", "etiquetas", "etiquetes", "etiketak"),
    "type": ("type", "tipo", "tipus", "mota"),
    "user": ("user", "usuario", "usuari", "erabiltzailea", "utilisateur"),
    "uid": MEMBER["uid"],
    "active": MEMBER["active"],
}  # fmt: skip
MEMBER_ORDER = ("uid", "name", "email", "phone", "other_phone", "created", "seen", "locale", "balance")
POST_ORDER = ("id", "title", "tags", "user", "created")
OFFERS = frozenset({"offer", "oferta", "eskaintza", "offre"})
INQUIRIES = frozenset({"inquiry", "demanda", "eskaera", "demande", "peticion", "request", "need"})
NO = frozenset({"false", "f", "0", "no", "n", "inactive", "inactivo", "inactiu", "ez", "non"})


def plain(text: str) -> str:
    """Return a name without case, accents and punctuation: `Código de usuario` is `codigo de usuario`."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(one for one in letters if not unicodedata.combining(one))
    return " ".join(re.findall(r"\w+", kept.replace("_", " ")))


def found_in(
    header: Sequence[str], meanings: Meanings, *, order: Sequence[str], needed: Sequence[str]
) -> dict[str, int]:
    """Return which column holds what, by the names of the columns or else by `order`.

    Raises Unreadable where one that is `needed` is missing.
    """
    called = [plain(name) for name in header]
    places: dict[str, int] = {}
    for meaning, names in meanings.items():
        for name in names:
            if meaning not in places and called.count(name):
                places[meaning] = called.index(name)
    if "id" in meanings and "id" not in places and called[0] == "":
        places["id"] = 0
    missing = [meaning for meaning in needed if meaning not in places]
    if not missing:
        return places
    if len(header) == len(order):
        return {meaning: place for place, meaning in enumerate(order)}
    raise Unreadable(f"it has no column for {' and '.join(missing)}")
