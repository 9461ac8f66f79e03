"""What the field page says, for its scripts: they run without the server and carry their words with them.

Values come in as `%(name)s`, filled in on the device. Texts avoid the plural: the number is not known here.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def words() -> dict[str, str]:
    """Every text of the scripts in the reader's language, by key."""
    return (
        _places()
        | _households()
        | _checklist()
        | _visit()
        | _finishing()
        | _sending()
        | _device()
        | _taking()
    )


def _places() -> dict[str, str]:
    return {
        "app": _("Household checks"),
        "opening": _("Opening…"),
        "device": _("Data on this phone"),
        "to_home": _("Inspection rounds"),
        "close": _("Close"),
        "cancel": _("Cancel"),
        "yes": _("Yes"),
        "login": _("Log in to send"),
        "try_again": _("Try again"),
        "store_broken": _(
            "The browser does not open its storage. Close the private window or other tabs of this page, "
            "then open it again; what was kept is still there."
        ),
        "unable": _(
            "This browser cannot keep checks for work without network. Use a current browser over a secure "
            "connection (https), or the list of rounds while there is network."
        ),
        "not_yours": _("Not in your sample"),
        "not_yours_text": _("This household is not among those given to you in this round."),
        "no_pack": _("No round is on this phone"),
        "no_pack_how": _("With network, open the list of rounds and press “Prepare to take along”."),
        "pack_line": _("%(n)s households · may be used until %(until)s"),
    }


def _households() -> dict[str, str]:
    return {
        "households": _("Households"),
        "progress": _("Done: %(n)s of %(total)s households"),
        "until": _("Works without network until %(until)s."),
        "expired": _("The data on this phone could be used until %(until)s"),
        "expired_how": _(
            "Connect to the network and press “Bring up to date” under “Data on this phone”. Checks already "
            "begun are kept and can be finished and sent."
        ),
        "search": _("Find a household"),
        "search_example": _("Name, number or village"),
        "show": _("Show"),
        "show_left": _("Still to do (%(n)s)"),
        "show_all": _("All (%(n)s)"),
        "none_found": _("No household fits “%(text)s”."),
        "all_done": _("Every household is done. Press “All” to see them again."),
        "state_none": pgettext("state", "Not yet visited"),
        "state_draft": pgettext("state", "Begun"),
        "state_ready": pgettext("state", "Waiting to be sent"),
        "state_held": pgettext("state", "Refused"),
        "state_sent": pgettext("state", "Sent"),
        "state_checked": pgettext("state", "Checked"),
        "who_and_where": _("Who and where"),
        "head": _("Head of household"),
        "code": _("No."),
        "class": _("Class"),
        "members": _("Members"),
        "identity": _("Identity number"),
        "phone": _("Phone"),
        "village": _("Village"),
        "commune": _("Commune"),
        "address": _("Address"),
        "delivered": _("What was delivered"),
        "delivered_nothing": _("No hand-over is recorded."),
        "delivered_on": _("Day of hand-over"),
        "form": _("Form of support"),
        "model": _("Model"),
        "imei_last4": _("IMEI ends in"),
        "operator": _("Telecom operator"),
        "place": _("Place"),
    }


def _checklist() -> dict[str, str]:
    return {
        "checklist": _("Questions"),
        "no_questions": _("This round has no questions for households yet. Tell the head of the team."),
        "pass": _("Pass"),
        "fail": _("Fail"),
        "na": _("Not applicable"),
        "note": _("Note"),
        "note_to": _("Note to %(code)s"),
        "imei": _("IMEI on the device"),
        "imei_how": _("Dial *#06# on the household's phone; type the 15 digits that appear."),
        "imei_short": _("%(n)s digits typed; an IMEI has 15."),
        "imei_odd": _("The last digit does not fit the others: look at the screen again."),
        "imei_differs": _(
            "The record's IMEI ends in %(last)s: this is another one. Choose “Fail” if it is so."
        ),
        "imei_same": _("Ends in %(last)s, as recorded."),
        "photos": _("Photos"),
        "photos_n": _("Photos: %(n)s"),
        "photo_of": _("Photo for %(code)s"),
        "photo_of_visit": _("Photo of the visit"),
        "photo_working": _("Making the photo smaller…"),
        "photo_unreadable": _(
            "This phone cannot read the photo. Set the camera to JPEG and take it again; "
            "the answers are kept."
        ),
        "photo_not_kept": _("The photo was not kept; the answers are. Take it again."),
        "photo_most": _("A check holds at most %(n)s photos. Delete one to take another."),
        "drop_photo": _("Delete the photo"),
        "drop_photo_text": _("The photo was not taken by the server and will be gone for good."),
        "photo_dropped": _("The photo is deleted."),
        "photo_refused": _("A photo the server refused"),
    }


def _visit() -> dict[str, str]:
    return {
        "visit": _("The visit"),
        "visited": _("Day and time of the visit"),
        "visited_how": _("The phone's clock was wrong at the visit: say when it was."),
        "visit_note": _("Note on the visit"),
        "position": _("Position"),
        "position_take": _("Take the position"),
        "position_drop": _("Delete the position"),
        "position_none": _("Not taken. Only taken when you press the button."),
        "position_is": _("%(latitude)s, %(longitude)s (within %(accuracy)s m)"),
        "position_working": _("Looking for the position…"),
        "position_failed": _("The phone gives no position. Allow it in the settings, or go on without it."),
        "signer": _("Signed by"),
        "signer_how": _("Name of the household's person who confirms these answers."),
    }


def _finishing() -> dict[str, str]:
    return {
        "finish": _("Done"),
        "finish_anyway": _("Done all the same"),
        "finished": _("%(head)s: done. It is sent as soon as there is network."),
        "lacks_must": _("Still missing: %(n)s"),
        "lacks_should": _("Better to have as well. Press “Done all the same” to go without."),
        "lacks_answer": _("%(code)s. %(text)s: no answer"),
        "lacks_imei": _("%(code)s: the IMEI on the device"),
        "lacks_note": _("%(code)s: a note on what is wrong"),
        "lacks_imei_odd": _("The IMEI typed does not look right"),
        "lacks_visited": _("Day and time of the visit"),
        "lacks_signer": _("The name of the person who signs"),
        "kept_at": _("Kept on this phone at %(at)s"),
        "not_kept": _("The last entry is not kept yet."),
        "full": _(
            "The phone's storage is full: the last entry is not kept. All that was kept before is safe. "
            "Send what waits, or delete photos and videos on the phone, then try again."
        ),
        "elsewhere": _("This check was changed in another window; it was opened again."),
        "again": _("Check this household once more"),
        "again_text": _(
            "A second check of the same household is made beside the one sent. Both are kept; "
            "the head of the team chooses which one counts."
        ),
        "discard": _("Throw this check away"),
        "discard_text": _(
            "Answers and photos of this check are deleted from the phone. This cannot be undone."
        ),
        "discarded": _("The check is thrown away."),
        "held_title": _("The server did not take this check"),
        "mend": _("Mend and send again"),
        "retry": _("Send as it is"),
        "was_refused": _("Refused before: %(problem)s"),
        "ready_title": _("Done at %(at)s, waiting to be sent"),
        "ready_tried": _("Sending has begun, so it can no longer be changed. Nothing is sent twice."),
        "ready_untried": _("It can still be changed until sending begins."),
        "reopen": _("Change it"),
        "sent_title": _("Sent at %(at)s"),
        "sent_text": _("The check arrived at the server and can no longer be changed here."),
    }


def _sending() -> dict[str, str]:
    return {
        "send_now": _("Send now"),
        "sending_n": _("Sending, %(n)s left"),
        "unsent_n": _("Unsent: %(n)s"),
        "short_offline": _("no network"),
        "short_login": _("logged out"),
        "short_later": _("server busy"),
        "phase_idle": _("Connected. What is done is sent by itself."),
        "phase_sending": _("Sending now, one check at a time."),
        "phase_offline": _("No network. What is done is sent by itself when the network is back."),
        "phase_login": _("Log in again to send. Nothing on this phone is lost."),
        "phase_later": _("The server does not answer just now. It is tried again by itself."),
        "needs_network": _("This needs the network: try again where there is a signal."),
        "refused": _("The server did not take it."),
        "too_large": _("What is sent is too large for the server."),
    }


def _device() -> dict[str, str]:
    return {
        "unsent_title": _("Not sent yet"),
        "nothing_unsent": _("Everything is sent."),
        "count_drafts": _("Being filled in"),
        "count_waiting": _("Done, waiting"),
        "count_held": _("Refused by the server"),
        "count_photos": _("Photos of checks sent"),
        "save_file": _("Save to a file"),
        "save_how": _(
            "The file can be uploaded on another machine that has network, by you or the head of the team. "
            "It holds answers and photos: keep it as you keep the paper sheets."
        ),
        "saved": _(
            "Saved to a file: %(checks)s checks, %(photos)s photos. They stay on this phone until sent."
        ),
        "others_title": _("Work of another person"),
        "others_left": _("%(n)s unsent, of another person"),
        "fieldwork_to": _("Fieldwork to"),
        "kept_since": _("On this phone since"),
        "storage_safe": _("Storage protected"),
        "storage_unsafe": _("No: the browser may clear it when the phone is full"),
        "storage_unsafe_how": _(
            "The browser may clear this page's storage when the phone is full. Add the page to the "
            "home screen, and send your checks whenever there is network."
        ),
        "storage_used": _("Storage: %(used)s used, %(free)s free for this page."),
        "refresh": _("Bring up to date"),
        "refreshed": _("The round on this phone is up to date."),
        "hand_in": _("Hand in and wipe"),
        "hand_in_text": _(
            "The data of %(n)s households are deleted from this phone. "
            "Checks that were sent stay on the server."
        ),
        "hand_in_unsent": _("Not handed in: %(n)s checks are unsent. Send them, or throw away those begun."),
        "hand_in_photos": _("Not handed in: photos are unsent. Send them first."),
        "handed_in": _("Handed in. Nothing of this round is left on the phone."),
        "shell_missing": _("Not ready for work without network: open this page once more with network."),
    }


def _taking() -> dict[str, str]:
    return {
        "prepare": _("Prepare to take along"),
        "preparing_page": _("Keeping the page on the phone…"),
        "preparing_data": _("Keeping the households on the phone…"),
        "ready_until": _("Ready for work without network until %(until)s"),
        "ready_how": _(
            "%(n)s households and the questions are on this phone. You may close the page and switch "
            "the phone off; nothing is lost."
        ),
        "not_prepared": _("Not prepared."),
    }
