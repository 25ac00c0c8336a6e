package driver;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.javarosa.core.model.Constants;
import org.javarosa.core.model.FormIndex;
import org.javarosa.core.model.SelectChoice;
import org.javarosa.core.model.data.IAnswerData;
import org.javarosa.core.model.data.MultipleItemsData;
import org.javarosa.core.model.data.SelectMultiData;
import org.javarosa.core.model.data.SelectOneData;
import org.javarosa.core.model.data.helper.Selection;
import org.javarosa.core.model.instance.TreeElement;
import org.javarosa.form.api.FormEntryPrompt;
import org.javarosa.xform.util.XFormAnswerDataParser;

/** One thing that a person does, with what a screen refuses before JavaRosa hears of it. */
final class Action {
    private final LoadedForm form;
    private final Map<String, Object> asked;

    Action(LoadedForm form, Map<String, Object> asked) {
        this.form = form;
        this.asked = asked;
    }

    void act() throws Refused {
        if (asked.containsKey("set")) {
            set((String) asked.get("set"), (String) asked.get("value"));
        } else if (asked.containsKey("add_repeat")) {
            form.controller.newRepeat(openRepeat((String) asked.get("add_repeat")));
        } else if (asked.containsKey("remove_repeat")) {
            form.controller.deleteRepeat(openRow((String) asked.get("remove_repeat")));
        } else if (asked.containsKey("language")) {
            form.controller.setLanguage((String) asked.get("language"));
        } else {
            throw new Refused("no such action");
        }
    }

    private void set(String path, String value) throws Refused {
        FormIndex index = place(path);
        FormEntryPrompt prompt = form.prompt(index);
        if (!form.model.isIndexRelevant(index)) {
            throw new Refused("not relevant");
        }
        if (prompt.isReadOnly()) {
            throw new Refused("read-only");
        }
        form.controller.saveAnswer(index, data(form, index, value), true);
    }

    /** An answer as JavaRosa has it; null for a blank. */
    static IAnswerData data(LoadedForm form, FormIndex index, String value) throws Refused {
        FormEntryPrompt prompt = form.prompt(index);
        if (!form.selects(index)) {
            return value.isEmpty()
                ? null
                : XFormAnswerDataParser.getAnswerData(
                    value, prompt.getDataType(), prompt.getQuestion());
        }
        List<Selection> chosen = chosen(prompt, value);
        if (chosen.isEmpty()) {
            return null;
        }
        switch (prompt.getControlType()) {
            case Constants.CONTROL_SELECT_ONE:
                return new SelectOneData(chosen.get(0));
            case Constants.CONTROL_RANK:
                return new MultipleItemsData(chosen);
            default:
                return new SelectMultiData(chosen);
        }
    }

    private static List<Selection> chosen(FormEntryPrompt prompt, String value) throws Refused {
        boolean one = prompt.getControlType() == Constants.CONTROL_SELECT_ONE;
        List<String> names = one ? List.of(value) : Arrays.asList(value.split(" "));
        List<SelectChoice> offered = prompt.getSelectChoices();
        List<Selection> chosen = new ArrayList<>();
        for (String name : value.isEmpty() ? List.<String>of() : names) {
            SelectChoice found = offered.stream()
                .filter(choice -> choice.getValue().equals(name))
                .findFirst()
                .orElseThrow(() -> new Refused("not offered"));
            chosen.add(found.selection());
        }
        return chosen;
    }

    private FormIndex openRepeat(String path) throws Refused {
        FormIndex offer = place("new:" + path);
        if (form.counted(offer) || !form.definition.isRepeatRelevant(offer.getReference())) {
            throw new Refused("no row can be added");
        }
        return offer;
    }

    private FormIndex openRow(String path) throws Refused {
        FormIndex row = place(path);
        TreeElement element = form.element(row.getReference());
        if (form.counted(row) || !element.isRelevant()) {
            throw new Refused("this row cannot be removed");
        }
        return row;
    }

    private FormIndex place(String path) throws Refused {
        FormIndex index = form.places().get(path);
        if (index == null) {
            throw new Refused("there is no such place");
        }
        return index;
    }
}
