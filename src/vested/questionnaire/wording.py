"""What every questionnaire says beside the instrument's own texts, in four languages."""

from __future__ import annotations

from collections.abc import Mapping

from vested.model import Text

ORGANISATION = "organisation"
"""The name of the question, and so of the column, that tells the organisation."""
CONSENT = "consent"
"""The name of the question, and so of the column, that tells who agreed to take part."""

ORGANISATION_QUESTION: Text = {
    "en": "Which organisation do you work for?",
    "nl": "Voor welke organisatie werkt u?",
    "fr": "Pour quelle organisation travaillez-vous ?",
    "de": "Für welche Organisation arbeiten Sie?",
}
ORGANISATION_HELP: Text = {
    "en": "Please write its official name in full.",
    "nl": "Schrijf de officiële naam voluit.",
    "fr": "Veuillez écrire son nom officiel en entier.",
    "de": "Bitte schreiben Sie den offiziellen Namen aus.",
}
CONSENT_TEXT: Text = {
    "en": (
        "[Replace this text before you send the questionnaire: who asks and why, what happens to "
        "the answers, who sees them and for how long they are kept, that taking part is "
        "voluntary, and whom to write to.]"
    ),
    "nl": (
        "[Vervang deze tekst voordat u de vragenlijst verstuurt: wie vraagt dit en waarom, wat "
        "gebeurt er met de antwoorden, wie ziet ze en hoe lang worden ze bewaard, dat deelname "
        "vrijwillig is, en tot wie men zich kan richten.]"
    ),
    "fr": (
        "[Remplacez ce texte avant d'envoyer le questionnaire : qui pose ces questions et "
        "pourquoi, ce que deviennent les réponses, qui les voit et combien de temps elles sont "
        "conservées, que la participation est volontaire, et à qui s'adresser.]"
    ),
    "de": (
        "[Ersetzen Sie diesen Text, bevor Sie den Fragebogen versenden: wer fragt und warum, was "
        "mit den Antworten geschieht, wer sie sieht und wie lange sie aufbewahrt werden, dass die "
        "Teilnahme freiwillig ist, und an wen man sich wenden kann.]"
    ),
}
CONSENT_QUESTION: Text = {
    "en": "Do you agree to take part?",
    "nl": "Gaat u akkoord met deelname?",
    "fr": "Acceptez-vous de participer ?",
    "de": "Sind Sie mit der Teilnahme einverstanden?",
}
YES: Text = {"en": "Yes", "nl": "Ja", "fr": "Oui", "de": "Ja"}
NO: Text = {"en": "No", "nl": "Nee", "fr": "Non", "de": "Nein"}
INSTRUCTION: Text = {
    "en": "Please choose one answer on each line.",
    "nl": "Kies op elke regel één antwoord.",
    "fr": "Veuillez choisir une réponse par ligne.",
    "de": "Bitte wählen Sie in jeder Zeile eine Antwort.",
}
INVENTORY_NOTE: Text = {
    "en": "Please leave this page empty unless you were asked to fill it in for your organisation.",
    "nl": "Laat deze pagina leeg, tenzij u gevraagd is om haar voor uw organisatie in te vullen.",
    "fr": (
        "Laissez cette page vide, sauf si l'on vous a demandé de la remplir pour votre "
        "organisation."
    ),
    "de": (
        "Bitte lassen Sie diese Seite leer, es sei denn, Sie wurden gebeten, sie für Ihre "
        "Organisation auszufüllen."
    ),
}
THANKS: Text = {
    "en": "Thank you for taking part.",
    "nl": "Hartelijk dank voor uw deelname.",
    "fr": "Merci de votre participation.",
    "de": "Vielen Dank für Ihre Teilnahme.",
}
LANGUAGE_NAMES: Mapping[str, str] = {
    "en": "English",
    "nl": "Nederlands",
    "fr": "Français",
    "de": "Deutsch",
}
"""Languages as their speakers call them; a form shows these to choose from."""
