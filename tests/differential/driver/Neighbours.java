package driver;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.javarosa.core.reference.Reference;
import org.javarosa.core.reference.ReferenceFactory;
import org.opendatakit.validate.StubReference;

/** The files that lie beside a form: {@code jr://file-csv/towns.csv} is `towns.csv` there. */
final class Neighbours implements ReferenceFactory {
    private final File folder;

    Neighbours(File folder) {
        this.folder = folder;
    }

    @Override
    public boolean derives(String uri) {
        return true;
    }

    @Override
    public Reference derive(String uri) {
        return new Neighbour(uri);
    }

    @Override
    public Reference derive(String uri, String context) {
        return new Neighbour(uri);
    }

    private final class Neighbour extends StubReference {
        private final String uri;
        private final File file;

        Neighbour(String uri) {
            this.uri = uri;
            this.file = new File(folder, uri.substring(uri.lastIndexOf('/') + 1));
        }

        @Override
        public boolean doesBinaryExist() {
            return file.exists();
        }

        @Override
        public InputStream getStream() {
            try {
                return new FileInputStream(file);
            } catch (IOException error) {
                throw new IllegalStateException(error);
            }
        }

        @Override
        public String getURI() {
            return uri;
        }

        @Override
        public String getLocalURI() {
            return file.getPath();
        }

        @Override
        public boolean isReadOnly() {
            return true;
        }
    }
}
