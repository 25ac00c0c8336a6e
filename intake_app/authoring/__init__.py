"""Making questionnaires: for the author's desk, never on a tablet (it needs pyxform).

made = compile_to(Path("screening.csv"), Path("screening.json"), locales=paths.locales())

form = load_any(Path("screening.csv"))
failed = False
for line in replay(form, script.open(encoding="utf-8"), today=day, seed=0):
    failed |= "error" in line
    print(json.dumps(line, ensure_ascii=False))
return 1 if failed else 0
"""

from intake_app.authoring.compile import compile_form, compile_to, load_any
from intake_app.authoring.replay import replay, snapshot

__all__ = ["compile_form", "compile_to", "load_any", "replay", "snapshot"]
