import java.io.StringReader;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** Makes JDBC's driver answer. Where to log in is said by libpq's variables. */
class Jdbc {
  /** So many sessions are open at once. */
  static final int SESSIONS = 60;

  static Connection connectAs(String user, String password) throws SQLException {
    Map<String, String> said = System.getenv();
    Properties login = new Properties();
    login.setProperty("user", user);
    login.setProperty("password", password);
    login.setProperty("sslmode", said.get("PGSSLMODE"));
    login.setProperty("sslrootcert", said.get("PGSSLROOTCERT"));
    // Prepares on the server at once.
    login.setProperty("prepareThreshold", "1");
    String place = said.get("PGHOST") + ":" + said.get("PGPORT") + "/" + said.get("PGDATABASE");
    return DriverManager.getConnection("jdbc:postgresql://" + place, login);
  }

  static Connection connect() throws SQLException {
    return connectAs(System.getenv("PGUSER"), System.getenv("PGPASSWORD"));
  }

  static String ask(Connection session, String sql) throws SQLException {
    try (Statement statement = session.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  static void run(Connection session, String sql) throws SQLException {
    try (Statement statement = session.createStatement()) {
      statement.execute(sql);
    }
  }

  static String scram() throws SQLException {
    String me;
    try (Connection guest = connectAs("guest", System.getenv("GUEST_PASSWORD"))) {
      me = ask(guest, "SELECT current_user");
    }
    try (Connection guest = connectAs("guest", "wrong")) {
      return me + " let in";
    } catch (SQLException error) {
      return me + (error.getSQLState().equals("28P01") ? " refused" : " " + error);
    }
  }

  static String copy() throws Exception {
    try (Connection session = connect()) {
      run(session, "CREATE TEMPORARY TABLE numbers (number int)");
      var copies = session.unwrap(PGConnection.class).getCopyAPI();
      String lines = IntStream.rangeClosed(1, 1000).mapToObj(number -> number + "\n").collect(Collectors.joining());
      copies.copyIn("COPY numbers FROM STDIN", new StringReader(lines));
      StringWriter text = new StringWriter();
      copies.copyOut("COPY numbers TO STDOUT", text);
      return String.valueOf(text.toString().lines().mapToInt(Integer::parseInt).sum());
    }
  }

  static String hear() throws SQLException {
    try (Connection listener = connect(); Connection other = connect()) {
      run(listener, "LISTEN jdbc");
      run(other, "NOTIFY jdbc, 'hello'");
      PGNotification[] heard = listener.unwrap(PGConnection.class).getNotifications(30_000);
      return heard[0].getParameter();
    }
  }

  static String cancel() throws Exception {
    try (Connection session = connect(); Connection other = connect(); Statement slow = session.createStatement()) {
      int pid = session.unwrap(PGConnection.class).getBackendPID();
      Future<String> ended = CompletableFuture.supplyAsync(() -> {
        try {
          slow.execute("SELECT pg_sleep(600)");
          return "not cancelled";
        } catch (SQLException error) {
          return error.getSQLState();
        }
      });
      String asleep = "SELECT count(*) FROM pg_stat_activity WHERE pid = " + pid
          + " AND state = 'active' AND query = 'SELECT pg_sleep(600)'";
      while (ask(other, asleep).equals("0")) Thread.onSpinWait();
      slow.cancel();
      String state = ended.get();
      return state.equals("57014") ? ask(session, "SELECT 'cancelled'") : state;
    }
  }

  static String prepared() throws SQLException {
    try (Connection session = connect(); PreparedStatement twice = session.prepareStatement("SELECT ?::int * 2")) {
      List<String> doubled = new ArrayList<>();
      for (int value : new int[] {1, 2, 3}) {
        twice.setInt(1, value);
        try (ResultSet rows = twice.executeQuery()) {
          rows.next();
          doubled.add(rows.getString(1));
        }
      }
      return String.join(",", doubled);
    }
  }

  static String big() throws SQLException {
    String value = "0123456789abcdef".repeat(512 * 1024);
    try (Connection session = connect(); PreparedStatement echo = session.prepareStatement("SELECT ?::text")) {
      echo.setString(1, value);
      try (ResultSet rows = echo.executeQuery()) {
        rows.next();
        return String.valueOf(rows.getString(1).equals(value));
      }
    }
  }

  static String logins() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(SESSIONS);
    try {
      Callable<Connection> open = Jdbc::connect;
      List<Future<Connection>> held = IntStream.range(0, SESSIONS).mapToObj(place -> threads.submit(open)).toList();
      int count = 0;
      for (Future<Connection> session : held) count += Integer.parseInt(ask(session.get(), "SELECT 1"));
      for (Future<Connection> session : held) session.get().close();
      return String.valueOf(count);
    } finally {
      threads.shutdown();
    }
  }

  public static void main(String[] words) {
    Map<String, Callable<String>> checks = new LinkedHashMap<>();
    checks.put("scram", Jdbc::scram);
    checks.put("copy", Jdbc::copy);
    checks.put("notify", Jdbc::hear);
    checks.put("cancel", Jdbc::cancel);
    checks.put("prepared", Jdbc::prepared);
    checks.put("big", Jdbc::big);
    checks.put("logins", Jdbc::logins);
    List<String> fields = new ArrayList<>();
    checks.forEach((name, check) -> fields.add(quote(name) + ": " + quote(answer(check))));
    System.out.println("{" + String.join(", ", fields) + "}");
  }

  static String answer(Callable<String> check) {
    try {
      return check.call();
    } catch (Exception error) {
      return error.toString();
    }
  }

  static String quote(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\s+", " ") + '"';
  }
}
