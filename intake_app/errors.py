"""Every error that may leave a package, and nothing else does.

    IntakeError
    ├── ConfigurationError        a setting or a file of ours cannot be used
    ├── MissingPart               a library that this command needs is not installed
    ├── ServingError              the app's own port or window cannot be opened
    ├── FormError                 a questionnaire cannot be used
    │   ├── FormCompileError        it does not compile; holds findings with sheet, row, remedy
    │   └── ExpressionError         an expression in it is wrong
    ├── InterviewError            an answer or a repeat cannot be set as asked
    ├── ReplayError               a script for `form replay` cannot be read
    ├── CodeListError             a code list is missing or damaged
    ├── ProfileError              a profile cannot be made
    ├── VaultError
    │   ├── VaultMissing            there is none in this folder
    │   ├── VaultExists             there is one already
    │   ├── VaultDamaged            it was changed outside the app, or the disk failed
    │   │   └── VaultForeign          another device's own key seals it
    │   ├── VaultOlder              an earlier copy of it was put back
    │   ├── VaultTooNew             a newer version of the app made it
    │   ├── VaultInUse              another window or process has it open
    │   ├── VaultLocked             it was locked while something was being done
    │   ├── DeviceSecretMissing     this device's own key is gone, or the keyring refuses
    │   ├── WrongPassphrase         user or passphrase: the two look the same
    │   ├── TooManyAttempts         wait; holds the seconds
    │   ├── PassphraseTooWeak
    │   ├── NotPermitted            this user does not hold the role
    │   ├── UserMissing             nobody with this id has a slot
    │   ├── UserRefused             people cannot be changed like that; says what to do
    │   ├── RecoveryRefused         this recovery key, or its file, does not fit
    │   ├── HandoverRefused         this record or file cannot be handed over like that
    │   ├── RecordMissing
    │   ├── RecordChanged           somebody saved a newer revision
    │   ├── StorageFull
    │   └── StorageRefused          read-only, no rights, or an error of the disk
    └── DeliveryError
        ├── EndpointUnreachable     no network, or nobody there: it will be tried again
        ├── EndpointBusy            it asks us to wait, or is in trouble; holds the seconds
        ├── EndpointRefused         the case system said no; holds status, code, detail
        ├── CaseTypeIncomplete      the case system lacks what we need; names all of it
        ├── DocumentTooLarge        the document does not go in one piece
        ├── ReadBackDiffers         what the case system gives back is not what was sent
        └── OutcomeUnclear          it may or may not have arrived: it will be looked up

A sentence says what happened, that nothing was lost (when it is so), and what to do. It is
English here and translated where it is shown: `words(error.sentence, **error.values)`. Values
are never answers, names or secrets: an error may end up in a log.
"""

from typing import TYPE_CHECKING

from intake_app.words import Words, mark

if TYPE_CHECKING:
    from intake_app.authoring.finding import Finding


class IntakeError(Exception):
    """The root: one sentence for a person, with values to fill in."""

    sentence = mark("Something went wrong. Nothing that was saved is lost. Please try again.")

    def __init__(self, sentence: str | None = None, /, **values: object) -> None:
        """Take a sentence (marked for translation) in place of the class's own, and its values."""
        if sentence is not None:
            self.sentence = sentence
        self.values = values
        super().__init__(self.sentence)

    def __str__(self) -> str:
        """Return the sentence in English."""
        return self.sentence.format(**self.values) if self.values else self.sentence

    def say(self, words: Words) -> str:
        """Return the sentence in a language."""
        return words(self.sentence, **self.values)


class ConfigurationError(IntakeError):
    """A setting or a file of ours cannot be used."""


class MissingPart(IntakeError):
    """A library that a command needs is not installed."""

    sentence = mark(
        "A part of the program that this needs is not installed ({part}). Authoring commands "
        "need the extra “authoring”."
    )


class ServingError(IntakeError):
    """The app's own port or window cannot be opened."""


class FormError(IntakeError):
    """A questionnaire cannot be used."""


class ExpressionError(FormError):
    """An expression in a questionnaire is wrong; `remedy` says what its author can do."""

    remedy = mark("correct the expression.")

    def __init__(
        self, sentence: str | None = None, /, *, remedy: str | None = None, **values: object
    ) -> None:
        """Take what is wrong and what to do, both marked, and the values that fill in both."""
        if remedy is not None:
            self.remedy = remedy.format(**values)
        super().__init__(sentence, **values)


class FormCompileError(FormError):
    """A questionnaire does not compile: one line a finding."""

    def __init__(self, findings: "tuple[Finding, ...]") -> None:
        """Take the findings, each with its place and its remedy."""
        self.findings = findings
        super().__init__("{findings}", findings="\n".join(map(str, findings)))


class InterviewError(IntakeError):
    """An answer or a repeat cannot be set as asked; the interview stays as it was."""


class ReplayError(IntakeError):
    """A script for `form replay` cannot be read."""


class CodeListError(IntakeError):
    """A code list is missing or damaged."""


class ProfileError(IntakeError):
    """A profile cannot be made from this interview."""


class VaultError(IntakeError):
    """Something about the vault."""


class VaultMissing(VaultError):
    """There is no vault in this folder."""

    sentence = mark("There is no vault here yet. Start the app once to make one.")


class VaultExists(VaultError):
    """There is a vault already."""

    sentence = mark("There is a vault here already. It was left as it is.")


class VaultDamaged(VaultError):
    """The vault was changed outside the app, or the disk failed."""

    sentence = mark(
        "The vault is damaged or was changed outside the app. It was not opened and nothing "
        "was written. Keep this device and call your administrator: “intake-app vault verify” "
        "tells what is damaged and what is whole."
    )


class VaultForeign(VaultDamaged):
    """Nothing in the vault that the device's own key seals opens with the key of this device."""

    sentence = mark(
        "This vault was made on another device, or this device's own key was replaced. It was "
        "left as it is. Open it on its own device, or call your administrator: the "
        "organisation's recovery key can still open it."
    )


class VaultOlder(VaultError):
    """The vault is whole, and older than the one that was open here last."""

    sentence = mark(
        "This is an earlier copy of the vault: what was written here later is not in it. It was "
        "not opened. Call your administrator, who can look at it and accept it with “intake-app "
        "vault verify --accept-older”."
    )


class VaultTooNew(VaultError):
    """A newer version of the app made this vault."""

    sentence = mark(
        "A newer version of the app made this vault. Nothing was changed. Update the app."
    )


class VaultInUse(VaultError):
    """Another window or process has the vault open."""

    sentence = mark(
        "The vault is already open in another window on this device. Close that one first."
    )


class VaultLocked(VaultError):
    """The vault was locked while something was being done."""

    sentence = mark("The vault is locked. What was saved is safe. Unlock it to go on.")


class DeviceSecretMissing(VaultError):
    """This device's own key is gone, or the system's keyring does not give it."""

    sentence = mark(
        "This device's own key is missing, or the system's keyring does not give it. The vault "
        "was left as it is. Unlock the keyring and try again, or call your administrator."
    )


class WrongPassphrase(VaultError):
    """The user or the passphrase is not right; the two look and cost the same."""

    sentence = mark("That name and passphrase do not belong together. Please try again.")


class TooManyAttempts(VaultError):
    """Guessing is slowed."""

    sentence = mark("Too many wrong attempts. Try again in {seconds} seconds.")

    def __init__(self, seconds: int) -> None:
        """Take the seconds to wait."""
        super().__init__(seconds=seconds)
        self.seconds = seconds


class PassphraseTooWeak(VaultError):
    """The passphrase is too short."""

    sentence = mark("A passphrase has at least {minimum} characters. Longer is better.")


class NotPermitted(VaultError):
    """This user does not hold the role that this needs."""

    sentence = mark("Your role does not allow this. Ask your administrator.")


class UserMissing(VaultError):
    """Nobody with this id has a slot in the vault."""

    sentence = mark("This person is not on this device any more.")


class UserRefused(VaultError):
    """Who is on this device cannot be changed like that; nothing was changed."""


class RecoveryRefused(VaultError):
    """A recovery key, or the file that it is in, does not fit; nothing was changed."""


class HandoverRefused(VaultError):
    """A record, or a file about one, cannot be handed over like that; nothing was changed."""


class RecordMissing(VaultError):
    """There is no such record, or it was erased."""

    sentence = mark("This record is not on this device any more.")


class RecordChanged(VaultError):
    """Somebody saved a newer revision of the record."""

    sentence = mark("This record was changed elsewhere. Open it again; nothing was overwritten.")


class StorageFull(VaultError):
    """The disk is full."""

    sentence = mark(
        "The disk is full. Your last answer was not saved; all earlier ones are. "
        "Make room on the device and give the answer again."
    )


class StorageRefused(VaultError):
    """The disk is read-only, gives no access, or fails."""

    sentence = mark(
        "This device does not let the app write. Your last answer was not saved; all earlier "
        "ones are. Check the disk or call your administrator."
    )


class DeliveryError(IntakeError):
    """Something about a delivery; the profile stays in the outbox."""


class EndpointUnreachable(DeliveryError):
    """There is no network, or nobody answers."""

    sentence = mark(
        "The case system cannot be reached. The profile is safe in the outbox and will be "
        "sent when the connection is back."
    )


class EndpointBusy(DeliveryError):
    """The case system asks us to wait, or is in trouble itself."""

    sentence = mark(
        "The case system cannot take a profile just now ({status}). The profile is safe in the "
        "outbox and will be sent later."
    )

    def __init__(self, status: int, retry_after: float | None = None) -> None:
        """Take the HTTP status, and the seconds that the case system asks us to wait, if it did."""
        super().__init__(status=status)
        self.status = status
        self.retry_after = retry_after


class EndpointRefused(DeliveryError):
    """The case system said no."""

    sentence = mark(
        "The case system refused the delivery ({status} {code}). The profile stays in the "
        "outbox. Show this to your administrator."
    )

    def __init__(self, status: int, code: str, detail: str = "") -> None:
        """Take the HTTP status, the error's code, and its detail (which is for a log)."""
        super().__init__(status=status, code=code)
        self.status = status
        self.code = code
        self.detail = detail


class CaseTypeIncomplete(DeliveryError):
    """The case system lacks parts that we need."""

    sentence = mark(
        "The case system is not ready for these profiles. Missing: {missing}. The profile "
        "stays in the outbox. Show this to your administrator."
    )

    def __init__(self, missing: tuple[str, ...]) -> None:
        """Take the names of everything that is missing."""
        super().__init__(missing=", ".join(missing))
        self.missing = missing


class DocumentTooLarge(DeliveryError):
    """The document does not go in one piece."""

    sentence = mark(
        "The document of this profile has {size} MB; a case system takes at most {limit} MB in "
        "one piece. The profile stays in the outbox. Show this to your administrator."
    )


class ReadBackDiffers(DeliveryError):
    """What the case system gives back is not what was sent."""

    sentence = mark(
        "The case system gives back something else than was sent ({parts}). The profile is "
        "not marked as delivered and stays in the outbox."
    )

    def __init__(self, parts: tuple[str, ...]) -> None:
        """Take the names of the parts that differ."""
        super().__init__(parts=", ".join(parts))
        self.parts = parts


class OutcomeUnclear(DeliveryError):
    """The connection broke after something was sent."""

    sentence = mark(
        "The connection broke while sending. The profile is safe in the outbox; what arrived "
        "will be looked up before anything is sent again."
    )
