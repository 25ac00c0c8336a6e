"""The vault: everything about residents, sealed on disk. README.md draws its keys."""

from intake_app.vault.audit import AuditEntry
from intake_app.vault.certificates import certificate_holds
from intake_app.vault.device import DeviceSecret, FileSecret, KeyringSecret, device_secret
from intake_app.vault.examination import examine
from intake_app.vault.handover import Handover, Settled, Taken
from intake_app.vault.keys import Role, User
from intake_app.vault.letters import Address, Offer
from intake_app.vault.memory import make_undumpable
from intake_app.vault.outgoing import OutboxRow, Receipt
from intake_app.vault.passphrase import MIN_PASSPHRASE, check_passphrase, generate_passphrase
from intake_app.vault.records import Record, RecordState, RecordSummary
from intake_app.vault.recovering import Recovered, RecoveryOpening, Rehearsal
from intake_app.vault.recovery import RecoveryPublic, make_recovery_file, open_recovery_file
from intake_app.vault.retention import Keeping, Swept
from intake_app.vault.rotation import Pending
from intake_app.vault.terms import Due
from intake_app.vault.unlocked import UnlockedVault
from intake_app.vault.users import Change, People
from intake_app.vault.vault import UserEntry, Vault
from intake_app.vault.verification import Finding, VerifyReport

__all__ = [
    "MIN_PASSPHRASE",
    "Address",
    "AuditEntry",
    "Change",
    "DeviceSecret",
    "Due",
    "FileSecret",
    "Finding",
    "Handover",
    "Keeping",
    "KeyringSecret",
    "Offer",
    "OutboxRow",
    "Pending",
    "People",
    "Receipt",
    "Record",
    "RecordState",
    "RecordSummary",
    "Recovered",
    "RecoveryOpening",
    "RecoveryPublic",
    "Rehearsal",
    "Role",
    "Settled",
    "Swept",
    "Taken",
    "UnlockedVault",
    "User",
    "UserEntry",
    "Vault",
    "VerifyReport",
    "certificate_holds",
    "check_passphrase",
    "device_secret",
    "examine",
    "generate_passphrase",
    "make_recovery_file",
    "make_undumpable",
    "open_recovery_file",
]
