package driver;

/** An action that cannot be done now; nothing has changed. */
final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    Refused(String why) {
        super(why);
    }
}
