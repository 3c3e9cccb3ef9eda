import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.net.URLEncoder;

/** A Java site of 2012: a form over HttpURLConnection, every value through URLEncoder. Prints status and answer. */
public final class SignIn {
    public static void main(String[] args) throws IOException {
        String form = "assertion=" + URLEncoder.encode(args[2], "UTF-8")
                + "&audience=" + URLEncoder.encode(args[1], "UTF-8");
        HttpURLConnection connection = (HttpURLConnection) new URL(args[0]).openConnection();
        connection.setRequestMethod("POST");
        connection.setDoOutput(true);
        connection.setConnectTimeout(10_000);
        connection.setReadTimeout(10_000);
        try (OutputStream body = connection.getOutputStream()) {
            body.write(form.getBytes("UTF-8"));
        }
        int status = connection.getResponseCode();
        try (InputStream answer = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            System.out.println(status);
            System.out.write(answer.readAllBytes());
            System.out.flush();
        }
    }
}
