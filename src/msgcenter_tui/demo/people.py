"""The people of the demonstration: a practice of doulas, a coaching team beside it, and their clients."""

from __future__ import annotations

from dataclasses import dataclass

from msgcenter_tui.domain import Consent, Role, Status

LEAD, ACTIVE, INACTIVE, COMPLETE = Status.LEAD, Status.ACTIVE, Status.INACTIVE, Status.COMPLETE
YES, ASKED, NO, UNASKED = Consent.ACTIVE, Consent.PENDING, Consent.DECLINED, Consent.NOT_ASKED

BRIGHT = "Bright Beginnings"
HARBOR = "Harbor Coaching"

MAYA, LEO, PRIYA, NOOR, TOMAS = "Maya Ortiz", "Leo Fischer", "Priya Raman", "Noor Haddad", "Tomás Silva"

ANA, GRACE, INES = "Ana Flores", "Grace Oyelaran", "Inês Marchetti"

# Maya comes first: the first member of staff is the administrator.
STAFF = {
    MAYA: "maya@brightbeginnings.example",
    LEO: "leo@brightbeginnings.example",
    PRIYA: "priya@brightbeginnings.example",
    NOOR: "noor@harborcoaching.example",
    TOMAS: "tomas@harborcoaching.example",
}
TEAMS = {
    BRIGHT: {MAYA: Role.OWNER, LEO: Role.CONTRIBUTOR, PRIYA: Role.PARTICIPANT},
    HARBOR: {NOOR: Role.OWNER, MAYA: Role.CONTRIBUTOR, TOMAS: Role.PARTICIPANT},
}

# The address that Grace gives one day, wrongly: the catcher refuses it, as a server refuses a mailbox it does not have.
WRONG = "refused.grace@example.org"


@dataclass(frozen=True, slots=True)
class Someone:
    """A client as the practice wrote them down."""

    name: str
    email: str | None = None
    phone: str | None = None
    status: Status = ACTIVE
    portal: bool = False
    consent: Consent = UNASKED
    note: str = ""
    assigned: str | None = None
    muted: bool = False


BRIGHT_CLIENTS = (
    Someone(ANA, "ana.flores@example.com", "+1 202 555 0143", portal=True, consent=YES, assigned=PRIYA,
            note="Due in February. Prefers mornings."),
    Someone("Cora Lin", "cora.lin@example.com", "+1 202 555 0118", portal=True, consent=ASKED),
    Someone("Pia Berg", "pia.berg@example.com", portal=True),
    Someone("Ольга Никитина", "olga.nikitina@example.com", "+7 495 123 45 67", portal=True, consent=YES),
    Someone("Ελένη Παπαδοπούλου", "eleni@example.com", "+30 21 0123 4567", portal=True, assigned=PRIYA),
    Someone("מיכל לוי", "michal.levi@example.com", "+972 2 555 0123", portal=True, consent=YES),
    Someone("ليلى الحسن", "layla.alhassan@example.com", "+20 2 2345 6789", portal=True, consent=ASKED,
            note="Speaks Arabic and French."),
    Someone("प्रिया शर्मा", "p.sharma@example.com", "+91 11 2345 6789", portal=True, consent=YES, assigned=PRIYA),
    Someone("王小明", "wang.xiaoming@example.com", "+86 10 8888 1234", portal=True),
    Someone("山田 花子", "hanako.yamada@example.com", "+81 3 4530 1234", portal=True, consent=YES),
    Someone("김민지", "minji.kim@example.com", "+82 2 3456 7890", portal=True, consent=NO),
    Someone("Nguyễn Thị Hồng", "hong.nguyen@example.com", "+84 24 3825 1234", portal=True, consent=YES),
    Someone("Zoë Brönström", "zoe.bronstrom@example.com", "+46 8 123 456 78", portal=True),
    Someone("Łucja Wiśniewska", "lucja@example.com", "+48 22 123 45 67", portal=True, consent=YES),
    Someone("Siobhán O’Dwyer", "siobhan.odwyer@example.com", "(617) 555-0188", portal=True, consent=ASKED),
    Someone("Jürgen Groß-Weiß", "gross@köhler.example", "+49 30 23125 041", portal=True),
    Someone("Aïcha N’Diaye", "aicha.ndiaye@example.com", "+33 1 99 00 12 34", portal=True, consent=YES),
    Someone(GRACE, "grace.oyelaran@example.org", "+1 202 555 0171", portal=True),
    Someone(INES, "ines.marchetti@example.org"),
    Someone("Dolores del Río", "dolores@example.com", portal=True, muted=True, note="Reads in the portal."),
    Someone("Beatriz Álvarez Cuenca", "beatriz@example.com", "+1 202 555 0160", consent=NO),
    Someone("Hannah Kowalczyk", "hannah.k@example.com", muted=True),
    Someone("Ruth Abernathy", None, "+1 202 555 0125", consent=YES, note="No computer. Text messages only."),
    Someone("Marguerite Dupont", None, "+1 202 555 0190", consent=ASKED),
    Someone("Fern Whitlock", None, None, note="Calls on Mondays."),
    Someone("Tamsin Reed", "tamsin.reed@example.com", "+1 202 555 0102", LEAD, portal=True, consent=YES),
    Someone("Jo Park", "jo.park@example.com", None, LEAD),
    Someone("Ximena Quiñones", "ximena@example.com", "+1 202 555 0139", LEAD, consent=ASKED),
    Someone("Дарья Коваленко", "darya.kovalenko@example.com", "+380 44 123 4567", LEAD, assigned=PRIYA),
    Someone("Amélie Lefèvre", "amelie.lefevre@example.com", None, LEAD, portal=True),
    Someone("Keiko Tanaka-Brown", None, "+1 415 555 0132", LEAD),
    Someone("Sofia Rinaldi", "sofia.rinaldi@example.com", "+1 202 555 0155", INACTIVE, portal=True, consent=YES),
    Someone("Margarethe von Trotha-Hohenlohe-Schillingsfürst", "margarethe@example.com", None, INACTIVE,
            note="Paused until spring."),
    Someone("عمر فاروق", "omar.farouk@example.com", "+20 2 2345 6780", INACTIVE, portal=True),
    Someone("Eve Lindqvist", "eve.lindqvist@example.com", "+46 8 123 456 70", COMPLETE, portal=True, consent=YES),
    Someone("Bo", "bo@example.com", None, COMPLETE),
    Someone("陳美玲", "meiling.chen@example.com", None, COMPLETE, portal=True),
    Someone("Nadia Petrović", "nadia.petrovic@example.com", "+1 202 555 0177", COMPLETE, consent=NO),
)  # fmt: skip

HARBOR_CLIENTS = (
    Someone("Marcus Bell", "marcus.bell@example.com", "+1 202 555 0111", portal=True, consent=YES, assigned=TOMAS),
    Someone("Ingrid Sørensen", "ingrid.sorensen@example.com", None, portal=True, assigned=TOMAS),
    Someone("Rafael Conceição", "rafael@example.com", "+351 21 123 4567", portal=True, consent=ASKED),
    Someone("Θανάσης Γεωργίου", "thanasis@example.com", "+30 21 0123 4568", portal=True),
    Someone("דוד כהן", "david.cohen@example.com", "+972 2 555 0124"),
    Someone("Hugh Featherstonehaugh", "hugh@example.com", "+44 20 7946 0321", portal=True, consent=YES),
    Someone("박서준", "seojun.park@example.com", None, portal=True, muted=True),
    Someone("Trần Quốc Bảo", "bao.tran@example.com", "+84 24 3825 1235", LEAD, portal=True),
    Someone("Joan O'Malley", "joan.omalley@example.com", "+1 202 555 0184", LEAD, consent=ASKED),
    Someone("अर्जुन मेहता", "arjun.mehta@example.com", None, LEAD),
    Someone("Otis Grant", None, "+1 202 555 0196", consent=YES),
    Someone("Wilhelmina Krüger", "w.krueger@example.com", "+49 30 23125 042", INACTIVE),
    Someone("Sam Iyer", "sam.iyer@example.com", None, INACTIVE, portal=True),
    Someone("Петро Шевченко", "petro@example.com", "+380 44 123 4568", COMPLETE, portal=True),
    Someone("Agnès Boucher", "agnes.boucher@example.com", None, COMPLETE),
)

MAYAS_CLIENTS = (
    Someone("Lucía Ferrer", "lucia.ferrer@example.com", "+1 202 555 0108", portal=True, consent=YES),
    Someone("佐藤 健", "ken.sato@example.com", None, portal=True),
    Someone("Imani Okafor", "imani.okafor@example.com", "+1 202 555 0166", LEAD, portal=True),
    Someone("Bram de Vries", "bram@example.com", None),
    Someone("Odile Marchand", "odile.marchand@example.com", None, INACTIVE),
    Someone("Ana Flores Ruiz", "ana.flores.ruiz@example.com", None, COMPLETE, note="Not Ana Flores of the team."),
)
LEOS_CLIENTS = (
    Someone("Greta Holm", "greta.holm@example.com", "+46 8 123 456 79", portal=True, consent=YES),
    Someone("Yusuf Demir", "yusuf.demir@example.com", None, LEAD),
)
