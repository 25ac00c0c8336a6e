package driver;

import java.text.SimpleDateFormat;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.javarosa.core.model.condition.EvaluationContext;
import org.javarosa.core.model.instance.FormInstance;
import org.javarosa.core.model.instance.TreeReference;
import org.javarosa.xpath.XPathConditional;
import org.javarosa.xpath.XPathNodeset;
import org.javarosa.xpath.expr.XPathFuncExpr;

/** What expressions give on a form as it stands, each for itself: one that fails fails alone. */
final class Evaluation {
    private final FormInstance instance;
    private final EvaluationContext context;

    Evaluation(LoadedForm form) {
        instance = form.definition.getMainInstance();
        context = new EvaluationContext(
            form.definition.getEvaluationContext(), TreeReference.rootRef());
    }

    List<Map<String, Object>> results(List<?> expressions) {
        List<Map<String, Object>> results = new ArrayList<>();
        for (Object expression : expressions) {
            Map<String, Object> result = new LinkedHashMap<>();
            try {
                Object value = new XPathConditional((String) expression).evalRaw(instance, context);
                result.put("text", text(value));
            } catch (Exception | StackOverflowError error) {
                result.put("error", String.valueOf(error.getMessage()));
            }
            results.add(result);
        }
        return results;
    }

    /** A value as a calculation of type text would keep it; NaN is kept as a blank. */
    private static String text(Object value) {
        if (value instanceof XPathNodeset) {
            value = ((XPathNodeset) value).unpack();
        }
        if (value instanceof Date) {
            String moment =
                new SimpleDateFormat("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").format((Date) value);
            return moment.replace("T00:00:00.000Z", "");
        }
        if (value instanceof Double && ((Double) value).isNaN()) {
            return "";
        }
        return XPathFuncExpr.toString(value);
    }
}
