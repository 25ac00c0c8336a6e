package driver;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.javarosa.core.model.FormDef;
import org.javarosa.core.model.FormIndex;
import org.javarosa.core.model.SelectChoice;
import org.javarosa.core.model.data.IAnswerData;
import org.javarosa.core.services.PrototypeManager;
import org.javarosa.form.api.FormEntryController;

/**
 * How long JavaRosa takes, measured inside its own JVM: nothing of the talk with it is counted.
 *
 * <p>What is asked for names what is timed; {@code rounds} says how often. All times come back,
 * in milliseconds; what is done before a clock starts is the screen's work, not the engine's.
 */
final class Stopwatch {
    private final LoadedForm form;
    private final Map<String, Object> asked;
    private final List<Double> took = new ArrayList<>();

    Stopwatch(LoadedForm form, Map<String, Object> asked) {
        this.form = form;
        this.asked = asked;
    }

    private interface Work {
        void done() throws Exception;
    }

    Map<String, Object> measured() throws Exception {
        Map<String, Object> answer = new LinkedHashMap<>();
        if ("memory".equals(asked.get("time"))) {
            answer.put("bytes", memory());
            return answer;
        }
        int rounds = ((Number) asked.getOrDefault("rounds", 1)).intValue();
        for (int round = 0; round < rounds; round++) {
            switch ((String) asked.get("time")) {
                case "load":
                    timed(() -> LoadedForm.read(file()));
                    break;
                case "cached":
                    cached();
                    break;
                case "answers":
                    answers();
                    break;
                case "page":
                    page();
                    break;
                case "validate":
                    timed(this::validated);
                    break;
                case "language":
                    language(round);
                    break;
                case "filter":
                    filter();
                    break;
                default:
                    throw new Refused("nothing is timed by that name");
            }
        }
        answer.put("ms", took);
        return answer;
    }

    private void timed(Work work) throws Exception {
        long started = System.nanoTime();
        work.done();
        took.add((System.nanoTime() - started) / 1e6);
    }

    private String file() {
        return (String) asked.get("file");
    }

    /** As ODK Collect opens a form that it has opened before: parsed once, then deserialised. */
    private void cached() throws Exception {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        LoadedForm.parsed(file()).writeExternal(new DataOutputStream(written));
        byte[] bytes = written.toByteArray();
        timed(() -> {
            FormDef definition = new FormDef();
            definition.readExternal(
                new DataInputStream(new ByteArrayInputStream(bytes)),
                PrototypeManager.getDefault());
            new LoadedForm(definition);
        });
    }

    private void answers() throws Exception {
        for (Map<String, Object> action : actions()) {
            if (!action.containsKey("set")) {
                new Action(form, action).act();
                continue;
            }
            FormIndex index = form.places().get((String) action.get("set"));
            IAnswerData data = Action.data(form, index, (String) action.get("value"));
            timed(() -> {
                int status = form.controller.answerQuestion(index, data, true);
                if (status != FormEntryController.ANSWER_OK) {
                    throw new Refused("this answer is not valid: " + action);
                }
            });
        }
    }

    /**
     * An answer, and the page that it stands on: JavaRosa does not tell what changed, so that a
     * screen asks for all that it shows again, as ODK Collect does for a field list.
     */
    private void page() throws Exception {
        for (Map<String, Object> action : actions()) {
            String path = (String) action.get("set");
            String section = path.substring(0, path.indexOf('/', "/data/".length()) + 1);
            Map<String, FormIndex> places = form.places();
            FormIndex index = places.get(path);
            IAnswerData data = Action.data(form, index, (String) action.get("value"));
            List<FormIndex> shown = new ArrayList<>();
            places.forEach((at, place) -> {
                if (at.startsWith(section) && isQuestion(place)) {
                    shown.add(place);
                }
            });
            timed(() -> {
                form.controller.answerQuestion(index, data, true);
                for (FormIndex place : shown) {
                    if (form.model.isIndexRelevant(place)) {
                        form.prompt(place).getQuestionText();
                        if (form.selects(place)) {
                            form.prompt(place).getSelectChoices();
                        }
                    }
                }
            });
        }
    }

    private boolean isQuestion(FormIndex place) {
        return form.model.getEvent(place) == FormEntryController.EVENT_QUESTION;
    }

    // The newer form of `validate` is the same with its argument left out.
    @SuppressWarnings("deprecation")
    private void validated() throws Refused {
        if (form.definition.validate(true) != null) {
            throw new Refused("the form is not valid");
        }
    }

    private void language(int round) throws Exception {
        List<?> languages = (List<?>) asked.get("languages");
        List<FormIndex> questions = new ArrayList<>();
        for (FormIndex index : form.places().values()) {
            if (isQuestion(index)) {
                questions.add(index);
            }
        }
        timed(() -> {
            form.controller.setLanguage((String) languages.get(round % languages.size()));
            for (FormIndex index : questions) {
                form.prompt(index).getQuestionText();
            }
        });
    }

    /** An answer, and the list that it filters. */
    private void filter() throws Exception {
        FormIndex list = form.places().get((String) asked.get("list"));
        for (Map<String, Object> action : actions()) {
            FormIndex index = form.places().get((String) action.get("set"));
            IAnswerData data = Action.data(form, index, (String) action.get("value"));
            timed(() -> {
                form.controller.answerQuestion(index, data, true);
                List<SelectChoice> offered = form.prompt(list).getSelectChoices();
                if (offered.isEmpty()) {
                    throw new Refused("nothing is offered");
                }
            });
        }
    }

    @SuppressWarnings("unchecked")
    private List<Map<String, Object>> actions() {
        return (List<Map<String, Object>>) asked.get("actions");
    }

    /** The heap that a form that is being filled in takes. */
    private long memory() throws Exception {
        int copies = ((Number) asked.get("copies")).intValue();
        List<LoadedForm> kept = new ArrayList<>();
        long before = heap();
        for (int copy = 0; copy < copies; copy++) {
            kept.add(LoadedForm.read(file()));
        }
        return (heap() - before) / kept.size();
    }

    private static long heap() {
        Runtime runtime = Runtime.getRuntime();
        for (int time = 0; time < 3; time++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
