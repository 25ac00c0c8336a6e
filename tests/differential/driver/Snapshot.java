package driver;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.javarosa.core.model.FormIndex;
import org.javarosa.core.model.data.IAnswerData;
import org.javarosa.core.model.instance.TreeElement;
import org.javarosa.core.model.instance.TreeReference;
import org.javarosa.form.api.FormEntryPrompt;
import org.javarosa.xform.util.XFormAnswerDataSerializer;

/** All leaves of a form as they stand, in form order, {@code meta} left out. */
final class Snapshot {
    private final LoadedForm form;
    private final Map<String, FormIndex> places;
    private final Map<String, Object> nodes = new LinkedHashMap<>();

    Snapshot(LoadedForm form) {
        this.form = form;
        form.settle();
        places = form.places();
    }

    Map<String, Object> nodes() {
        TreeElement root = form.definition.getMainInstance().getRoot();
        for (int at = 0; at < root.getNumChildren(); at++) {
            TreeElement child = root.getChildAt(at);
            if (!"meta".equals(child.getName())) {
                leaves(child);
            }
        }
        return nodes;
    }

    private void leaves(TreeElement element) {
        if (element.getMult() == TreeReference.INDEX_TEMPLATE) {
            return;
        }
        for (int at = 0; at < element.getNumChildren(); at++) {
            leaves(element.getChildAt(at));
        }
        if (element.getNumChildren() == 0 && !element.isRepeatable()) {
            String path = LoadedForm.path(element);
            nodes.put(path, node(element, places.get(path)));
        }
    }

    private Map<String, Object> node(TreeElement element, FormIndex place) {
        boolean relevant = element.isRelevant();
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("relevant", relevant);
        node.put("required", relevant && element.isRequired());
        node.put("readonly", !element.isEnabled());
        node.put("value", relevant ? text(element) : "");
        node.put("valid", !relevant || element.getValue() == null
            || form.definition.evaluateConstraint(element.getRef(), element.getValue()));
        if (place != null) {
            FormEntryPrompt prompt = form.prompt(place);
            String label = prompt.getQuestionText();
            node.put("label", label == null ? "" : label);
            if (form.selects(place)) {
                node.put("choices", prompt.getSelectChoices().stream()
                    .map(choice -> choice.getValue()).collect(Collectors.toList()));
            }
        }
        return node;
    }

    /** What a node holds, as it would stand in a submission. */
    static String text(TreeElement element) {
        IAnswerData value = element.getValue();
        return value == null
            ? ""
            : String.valueOf(new XFormAnswerDataSerializer()
                .serializeAnswerData(value, element.getDataType()));
    }
}
