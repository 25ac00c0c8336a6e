package driver;

import java.io.File;
import java.util.LinkedHashMap;
import java.util.Map;
import org.javarosa.core.model.Constants;
import org.javarosa.core.model.FormDef;
import org.javarosa.core.model.FormIndex;
import org.javarosa.core.model.GroupDef;
import org.javarosa.core.model.instance.InstanceInitializationFactory;
import org.javarosa.core.model.instance.TreeElement;
import org.javarosa.core.model.instance.TreeReference;
import org.javarosa.core.reference.ReferenceManager;
import org.javarosa.form.api.FormEntryController;
import org.javarosa.form.api.FormEntryModel;
import org.javarosa.form.api.FormEntryPrompt;
import org.javarosa.xform.parse.XFormParser;
import org.javarosa.xform.util.XFormUtils;

/** A form that is being filled in, and where its questions and rows lie. */
final class LoadedForm {
    private static final int MOST_REMOVED = 100;

    final FormDef definition;
    final FormEntryModel model;
    final FormEntryController controller;

    /** Begin to fill in a form. */
    LoadedForm(FormDef definition) {
        this.definition = definition;
        model = new FormEntryModel(definition);
        controller = new FormEntryController(model);
        definition.initialize(true, new InstanceInitializationFactory());
    }

    /** Read a form's XForm XML and begin to fill it in. */
    static LoadedForm read(String file) throws XFormParser.ParseException {
        return new LoadedForm(parsed(file));
    }

    /** Read a form's XForm XML, with the files that lie beside it. */
    static FormDef parsed(String file) throws XFormParser.ParseException {
        ReferenceManager.instance().reset();
        ReferenceManager.instance()
            .addReferenceFactory(new Neighbours(new File(file).getParentFile()));
        return XFormUtils.getFormFromFormXml(file, null);
    }

    /** The node that a reference stands for; null where there is none. */
    TreeElement element(TreeReference reference) {
        return definition.getMainInstance().resolveReference(reference);
    }

    /** A node's path with the indexes of its rows, {@code /data/jobs[2]/title}. */
    static String path(TreeElement element) {
        StringBuilder path = new StringBuilder();
        for (TreeElement one = element; one != null && one.getName() != null;
                one = (TreeElement) one.getParent()) {
            boolean row = one.isRepeatable() && one.getParent() != null;
            path.insert(0, "/" + one.getName() + (row ? "[" + (one.getMult() + 1) + "]" : ""));
        }
        return path.toString();
    }

    /**
     * Walk the form as a screen does, and tell where everything lies: questions and rows by path,
     * the offer of one more row as {@code new:} and the path of the repeat.
     *
     * <p>JavaRosa makes the rows of a counted repeat only when somebody comes by.
     */
    Map<String, FormIndex> places() {
        Map<String, FormIndex> places = new LinkedHashMap<>();
        FormIndex index = model.incrementIndex(FormIndex.createBeginningOfFormIndex(), true);
        for (; !index.isEndOfFormIndex(); index = model.incrementIndex(index, true)) {
            // To stand on a place is what makes the rows that a count asks for.
            model.setQuestionIndex(index);
            int event = model.getEvent(index);
            if (event == FormEntryController.EVENT_PROMPT_NEW_REPEAT) {
                TreeReference repeat = index.getReference();
                TreeElement around = element(repeat.getParentRef());
                if (around != null) {
                    places.put("new:" + path(around) + "/" + repeat.getNameLast(), index);
                }
            } else if (event == FormEntryController.EVENT_QUESTION
                    || event == FormEntryController.EVENT_REPEAT) {
                TreeElement element = element(index.getReference());
                if (element != null) {
                    places.put(path(element), index);
                }
            }
        }
        return places;
    }

    /**
     * Do what a screen does before it shows anything: rows as counted, and choices as filtered.
     *
     * <p>JavaRosa adds the rows that a count asks for but removes none; a screen that shows what
     * the count says has to, though not for ever: where the count itself is not relevant, JavaRosa
     * makes them again. It looks at an answer to a filtered list when the list is shown.
     */
    void settle() {
        places();
        for (int removed = 0; removed < MOST_REMOVED && removedRow(); removed++) {
            places();
        }
        for (FormIndex index : places().values()) {
            if (selects(index)) {
                prompt(index).getSelectChoices();
            }
        }
    }

    FormEntryPrompt prompt(FormIndex index) {
        return new FormEntryPrompt(definition, index);
    }

    boolean selects(FormIndex index) {
        if (model.getEvent(index) != FormEntryController.EVENT_QUESTION) {
            return false;
        }
        int control = prompt(index).getControlType();
        return control == Constants.CONTROL_SELECT_ONE
            || control == Constants.CONTROL_SELECT_MULTI
            || control == Constants.CONTROL_RANK;
    }

    /** Whether rows here are a matter of the form alone. */
    boolean counted(FormIndex index) {
        GroupDef repeat = (GroupDef) definition.getChild(index);
        return repeat.count != null || repeat.noAddRemove;
    }

    private boolean removedRow() {
        FormIndex index = model.incrementIndex(FormIndex.createBeginningOfFormIndex(), true);
        for (; !index.isEndOfFormIndex(); index = model.incrementIndex(index, true)) {
            if (model.getEvent(index) == FormEntryController.EVENT_REPEAT
                    && index.getElementMultiplicity() >= wanted(index)) {
                controller.deleteRepeat(index);
                return true;
            }
        }
        return false;
    }

    private int wanted(FormIndex row) {
        GroupDef repeat = (GroupDef) definition.getChild(row);
        if (repeat.count == null) {
            return Integer.MAX_VALUE;
        }
        TreeReference count = (TreeReference) repeat.count.getReference();
        TreeElement element = element(count.contextualize(row.getReference()));
        if (element == null || element.getValue() == null || !element.isRelevant()) {
            return 0;
        }
        try {
            return (int) Double.parseDouble(Snapshot.text(element));
        } catch (NumberFormatException error) {
            return 0;
        }
    }
}
