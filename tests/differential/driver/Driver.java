package driver;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.javarosa.core.model.CoreModelModule;
import org.javarosa.core.services.PropertyManager;
import org.javarosa.core.services.PrototypeManager;
import org.javarosa.core.util.JavaRosaCoreModule;
import org.javarosa.model.xform.XFormsModule;
import org.opendatakit.validate.StubPropertyManager;

/**
 * JavaRosa behind standard input and output: one JSON object a line in, one a line out.
 *
 * <p>In: {@code {"load": FILE}}, or an action as `form replay` has them ({@code set} with
 * {@code value}, {@code add_repeat}, {@code remove_repeat}, {@code language}), {@code snapshot},
 * {@code evaluate} with expressions, or {@code time} with what {@link Stopwatch} measures.
 *
 * <p>Out: {@code nodes} as they stand after it, {@code error} where the action cannot be done and
 * all stays as it was, or {@code crash} where JavaRosa itself gave up.
 */
public final class Driver {
    private final ObjectMapper json = new ObjectMapper();
    private LoadedForm form;

    public static void main(String[] arguments) throws IOException {
        PrintStream out = new PrintStream(
            new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        // JavaRosa prints what it thinks; standard output is for answers alone.
        System.setOut(System.err);
        PrototypeManager.registerPrototypes(JavaRosaCoreModule.classNames);
        PrototypeManager.registerPrototypes(CoreModelModule.classNames);
        new XFormsModule().registerModule();
        PropertyManager.setPropertyManager(new StubPropertyManager());
        BufferedReader in =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        Driver driver = new Driver();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            out.println(driver.json.writeValueAsString(driver.answered(line)));
        }
    }

    private Map<String, Object> answered(String line) {
        Map<String, Object> answer = new LinkedHashMap<>();
        try {
            @SuppressWarnings("unchecked")
            Map<String, Object> asked = json.readValue(line, Map.class);
            if (asked.containsKey("time")) {
                answer.putAll(new Stopwatch(form, asked).measured());
                return answer;
            }
            if (asked.containsKey("evaluate")) {
                List<?> expressions = (List<?>) asked.get("evaluate");
                answer.put("results", new Evaluation(form).results(expressions));
                return answer;
            }
            if (asked.containsKey("load")) {
                form = LoadedForm.read((String) asked.get("load"));
            } else if (!asked.containsKey("snapshot")) {
                new Action(form, asked).act();
            }
            answer.put("nodes", new Snapshot(form).nodes());
        } catch (Refused refused) {
            answer.put("error", refused.getMessage());
        } catch (Exception | StackOverflowError error) {
            answer.put("crash", deepest(error).toString());
        }
        return answer;
    }

    private static Throwable deepest(Throwable error) {
        while (error.getCause() != null) {
            error = error.getCause();
        }
        return error;
    }
}
