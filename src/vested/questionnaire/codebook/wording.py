"""What every codebook says beside the instrument's own texts, in four languages."""

from __future__ import annotations

from collections.abc import Mapping

from vested.model import Text

POLARITY = "Polarity"
KIND = "Kind"
"""Names of categories and of their codes are the same in all languages, so that all are known."""

TITLE: Text = {"en": "Codebook", "nl": "Codeboek", "fr": "Grille de codage", "de": "Codebuch"}
HOW_TO: tuple[Text, ...] = (
    {
        "en": "Give a passage the code of the facet that it tells something about. A passage that "
        "tells something about two facets gets both codes.",
        "nl": "Geef een passage de code van het facet waarover zij iets zegt. Een passage die iets "
        "zegt over twee facetten, krijgt beide codes.",
        "fr": "Attribuez à un passage le code de la facette dont il dit quelque chose. Un passage "
        "qui parle de deux facettes reçoit les deux codes.",
        "de": "Geben Sie einer Textstelle den Code der Facette, über die sie etwas sagt. Eine "
        "Stelle, die etwas über zwei Facetten sagt, bekommt beide Codes.",
    },
    {
        "en": "Where it can be told, give the same passage one code of Polarity and one of Kind. "
        "If its facets differ in polarity, code each in a passage of its own.",
        "nl": "Geef dezelfde passage, waar dat te zeggen is, ook één code van Polarity en één van "
        "Kind. Verschillen de facetten in polariteit, codeer ze dan elk in een eigen passage.",
        "fr": "Lorsque c'est possible, attribuez au même passage un code de Polarity et un code de "
        "Kind. Si la polarité diffère selon la facette, codez chacune dans un passage à part.",
        "de": "Geben Sie derselben Stelle, wo es sich sagen lässt, auch einen Code aus Polarity "
        "und einen aus Kind. Unterscheiden sich die Facetten in der Polarität, kodieren Sie jede "
        "in einer eigenen Stelle.",
    },
    {
        "en": "Keep the names of the codes: by them the coding is recognised when it comes back.",
        "nl": "Laat de namen van de codes staan: daaraan wordt de codering later herkend.",
        "fr": "Conservez les noms des codes : c'est à eux que le codage sera reconnu.",
        "de": "Lassen Sie die Namen der Codes stehen: An ihnen wird die Kodierung später erkannt.",
    },
)
EXAMPLES: Text = {
    "en": "What counts, for example",
    "nl": "Wat telt, bijvoorbeeld",
    "fr": "Ce qui compte, par exemple",
    "de": "Was zählt, zum Beispiel",
}
OPPOSITES: Text = {
    "en": "The opposite, for example",
    "nl": "Het tegendeel, bijvoorbeeld",
    "fr": "Le contraire, par exemple",
    "de": "Das Gegenteil, zum Beispiel",
}
OTHERS: Text = {
    "en": "Other facets",
    "nl": "Overige facetten",
    "fr": "Autres facettes",
    "de": "Weitere Facetten",
}
POLARITY_SAYS: Text = {
    "en": "Whether a passage speaks for the facet whose code it bears (above zero) or against it "
    "(below zero), and how strongly.",
    "nl": "Of een passage vóór het facet spreekt waarvan zij de code draagt (boven nul) of ertegen "
    "(onder nul), en hoe sterk.",
    "fr": "Si un passage parle en faveur de la facette dont il porte le code (au-dessus de zéro) "
    "ou contre elle (au-dessous de zéro), et avec quelle force.",
    "de": "Ob eine Textstelle für die Facette spricht, deren Code sie trägt (über null), oder "
    "gegen sie (unter null), und wie stark.",
}
LEVELS: Mapping[str, Text] = {
    "-2": {
        "en": "Clearly the opposite: an example, a figure or an effect shows it.",
        "nl": "Duidelijk het tegendeel: een voorbeeld, een cijfer of een gevolg laat het zien.",
        "fr": "Clairement le contraire : un exemple, un chiffre ou un effet le montre.",
        "de": "Deutlich das Gegenteil: Ein Beispiel, eine Zahl oder eine Wirkung zeigt es.",
    },
    "-1": {
        "en": "Rather the opposite: it is lacking in part, or said to be lacking without an "
        "example.",
        "nl": "Eerder het tegendeel: het ontbreekt ten dele, of er wordt zonder voorbeeld gezegd "
        "dat het ontbreekt.",
        "fr": "Plutôt le contraire : cela manque en partie, ou l'on dit sans exemple que cela "
        "manque.",
        "de": "Eher das Gegenteil: Es fehlt zum Teil, oder es wird ohne Beispiel gesagt, dass es "
        "fehlt.",
    },
    "0": {
        "en": "Spoken of, but neither for nor against, or as much for as against.",
        "nl": "Ter sprake gebracht, maar niet vóór en niet tegen, of evenveel vóór als tegen.",
        "fr": "Évoqué, mais ni pour ni contre, ou autant pour que contre.",
        "de": "Angesprochen, aber weder dafür noch dagegen, oder ebenso viel dafür wie dagegen.",
    },
    "+1": {
        "en": "Rather so: it is there in part, or said to be there without an example.",
        "nl": "Eerder wel: het is er ten dele, of er wordt zonder voorbeeld gezegd dat het er is.",
        "fr": "Plutôt oui : cela existe en partie, ou l'on dit sans exemple que cela existe.",
        "de": "Eher ja: Es ist zum Teil da, oder es wird ohne Beispiel gesagt, dass es da ist.",
    },
    "+2": {
        "en": "Clearly so: an example, a figure or an effect shows it.",
        "nl": "Duidelijk wel: een voorbeeld, een cijfer of een gevolg laat het zien.",
        "fr": "Clairement oui : un exemple, un chiffre ou un effet le montre.",
        "de": "Deutlich ja: Ein Beispiel, eine Zahl oder eine Wirkung zeigt es.",
    },
}
KIND_SAYS: Text = {
    "en": "What a passage rests on.",
    "nl": "Waarop een passage berust.",
    "fr": "Ce sur quoi repose un passage.",
    "de": "Worauf eine Textstelle beruht.",
}
KINDS: Mapping[str, Text] = {
    "event": {
        "en": "Something that happened: who did what, and when.",
        "nl": "Iets wat is gebeurd: wie deed wat, en wanneer.",
        "fr": "Quelque chose qui s'est passé : qui a fait quoi, et quand.",
        "de": "Etwas, was geschehen ist: wer was getan hat, und wann.",
    },
    "claim": {
        "en": "An opinion or a general statement, without anything that happened.",
        "nl": "Een mening of een algemene uitspraak, zonder iets wat is gebeurd.",
        "fr": "Une opinion ou une affirmation générale, sans rien qui se soit passé.",
        "de": "Eine Meinung oder eine allgemeine Aussage, ohne etwas, was geschehen ist.",
    },
    "document": {
        "en": "What a document says or shows: a policy, a report, figures.",
        "nl": "Wat een document zegt of laat zien: beleid, een rapport, cijfers.",
        "fr": "Ce que dit ou montre un document : une politique, un rapport, des chiffres.",
        "de": "Was ein Dokument sagt oder zeigt: ein Konzept, ein Bericht, Zahlen.",
    },
}
