package org.velocitydb.server.cli;

/**
 * What {@code --help} says.
 */
final class HelpText
{
    private static final String ADDRESSES = "HOST:PORT, or over Aeron aeron:ipc or aeron:udp?endpoint=HOST:PORT, " +
        "with ?dir=DIRECTORY or |dir=DIRECTORY of the media driver";

    static final String AUDIT = "What can be done with a server's audit log.";
    static final String AUDIT_VERIFY = "Find lines and files of an audit log that were changed, removed or put in.";
    static final String AUDIT_VERIFY_FOOTER = "%n" +
        "Changes nothing; a server may be writing the log meanwhile. Prints what is wrong, and where: an " +
        "'error' is what somebody or something has done to the log, a 'note' is what a crash may leave. " +
        "Ends with 0 where nothing is wrong, with 5 where something is. That lines are missing at the end " +
        "shows only against what was noted before: keep 'last' somewhere else and give it to --expect.";
    static final String AUDIT_DATA_DIR = "Data directory whose audit log it is. Default: audit.path, or audit in " +
        "server.data_dir.";
    static final String AUDIT_EXPECT = "A line that must be there, as 'last' was printed earlier.";
    static final String AUDIT_FILES = "Files that follow each other, wherever they lie; all of the log's if not given.";
    static final String BENCHMARK = "Write records, read them again, and print throughput and latencies.";
    static final String BENCHMARK_FOOTER = "%n" +
        "Measures the engine in this process, in a temporary directory, or with --host a server. A write " +
        "counts once it is acknowledged, which with durability 'group' means on disk. Every value is " +
        "compared when it is read. Keys are written in ascending order and read in random order.";
    static final String OPERATIONS = "Records to write and to read. Default: ${DEFAULT-VALUE}.";
    static final String VALUE_LENGTH = "Length of each value. Default: ${DEFAULT-VALUE}.";
    static final String CONNECTIONS = "Threads, each with a connection of its own. Default: ${DEFAULT-VALUE}.";
    static final String DURABILITY = "Of the engine in this process: ${COMPLETION-CANDIDATES}. Default: group.";
    static final String BENCHMARK_DATA_DIR = "Keep the data here instead of in a temporary directory that is deleted.";
    static final String BENCHMARK_HOST = "Measure this server: " + ADDRESSES + ".";
    static final String HELP = "Print this and exit.";
    static final String VERSION = "Print the version and exit.";
    static final String VERBOSE = "Say more: stack traces of failures, the configuration.";
    static final String CONFIG = "Configuration and users; velocity.toml in the working directory if not given.";
    static final String CREATE_USER = "Add a user, or give one another password or other rights.";
    static final String CREATE_USER_FOOTER = "%n" +
        "With --role or --scope alone, a user that is there keeps its password, and its sessions go on " +
        "with the new rights. " +
        "A running server takes the change up within a second. Without --password it is asked for, " +
        "or is the first line of standard input where that is no terminal. Other users of a machine " +
        "can see what stands on a command line.";
    static final String ROLE = "read, write or admin. Default: write; admin for a new user of that name.";
    static final String SCOPE = "Confine the user to keys of a table that begin with a prefix, like kv:user:; may be " +
        "given several times. '*' alone confines to nothing.";
    static final String DROP_USER = "Drop a user.";
    static final String DROP_USER_FOOTER = "%n" +
        "A running server takes the change up within a second and ends the sessions of the user.";
    static final String PASSWD = "Give a user another password.";
    static final String PASSWD_FOOTER = "%n" +
        "A running server takes the change up within a second and ends the sessions of the user. Without " +
        "--password it is asked for, or is the first line of standard input where that is no terminal.";
    static final String LIST_USERS = "List the users and what each may do.";
    static final String USERNAME = "1 to 64 bytes.";
    static final String PASSWORD = "1 to 128 bytes.";
    static final String FINGERPRINT = "Print the fingerprint by which clients know a server, with TLS and without.";
    static final String QUOTE_STATEMENT = "; a statement is one argument, in quotes";
    static final String DATA_DIR = "Where the data is kept. Default: server.data_dir, or velocitydb.";
    static final String DAMAGED_1 = "velocity: all that is damaged: velocity verify --data-dir DIR";
    static final String DAMAGED_2 = "velocity: what mending the journal would lose: velocity repair --data-dir DIR";
    static final String NOT_TO_BE_REPAIRED = "it is not the journal that is damaged, and repair mends nothing else: " +
        "put a copy in its place, such as a checkpoint";
    static final String REPAIR = "Say what would be lost by opening a store whose journal is damaged.";
    static final String REPAIR_FOOTER = "%n" +
        "Changes nothing unless --apply is given. What is taken out of the journal then stays beside it, " +
        "in files that end in .damaged. Ends with 5 where something is damaged and was left so.";
    static final String APPLY = "Do it.";
    static final String VERIFY = "Check every checksum and invariant of a store that is not running.";
    static final String VERIFY_FOOTER = "%n" +
        "Changes nothing. Takes a checkpoint as well. Prints what is wrong, and where: an 'error' is damage, " +
        "a 'note' is what a crash may leave. Ends with 0 where nothing is wrong, with 5 where something is.";
    static final String STORE_DATA_DIR = "The store, or a checkpoint of one. Default: server.data_dir, or velocitydb.";
    static final String INSPECT = "Print in words what a store, or a file of one, holds.";
    static final String INSPECT_FOOTER = "%n" +
        "Without FILE, an overview: which tables there are, level by level, and the journal's segments. " +
        "Changes nothing and asks for no lock: beside a running server, what is being written just then " +
        "may look unfinished.";
    static final String INSPECT_FILE = "Tables, segments of the journal, manifests, CURRENT; wherever they lie, or " +
        "in --data-dir.";
    static final String ENTRIES = "List the entries of tables and segments: keyspace, key, sequence.";
    static final String SERVER = "Run a server until SIGTERM or SIGINT.";
    static final String SERVER_FOOTER = "%n" + "Prints one line when it takes connections:%n" +
        "  velocity: listening on 127.0.0.1:5432, fingerprint <64 hexadecimal digits>%n" +
        "Where no user can log in yet it makes the user 'admin' and prints a password for it, once, on standard error.";
    static final String BIND = "Where to listen; port 0 lets the system choose. Default: server.bind, or " +
        "127.0.0.1:5432.";
    static final String USER = "Who logs in. Default: ${DEFAULT-VALUE}.";
    static final String PASSWORD_FILE = "First line is the password. Else $VELOCITY_PASSWORD, or it is asked for.";
    static final String ALLOW_PLAINTEXT_PASSWORD = "Let the password travel in clear to another machine.";
    static final String TLS = "Encrypt the connection. Implied by --ca and --client-certificate.";
    static final String TRUST_FINGERPRINT = "Accept the server with this fingerprint alone. Else a server is " +
        "remembered when it is first met, in ~/.velocity/known_servers, and refused when its key has changed.";
    static final String CA = "Accept servers that these authorities (PEM) vouch for, instead of known ones.";
    static final String CLIENT_CERTIFICATE = "Log in with this certificate (PEM), as the user that it names.";
    static final String CLIENT_KEY = "Private key (PKCS#8 in PEM) of the certificate.";
    static final String SQL = "Run SQL statements: an argument, standard input, or a shell.";
    static final String SQL_FOOTER = "%n" +
        "Statements end with a semicolon. Where input is piped, the first one that fails ends the run " +
        "with exit code 1; those before it are done.";
    static final String HOST = "Where the server is: " + ADDRESSES + ". Default: ${DEFAULT-VALUE}.";
    static final String FORMAT = "How results are printed: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.";
    static final String STATEMENT = "One or more, with semicolons between them.";
    static final String VELOCITY = "VelocityDB, a durable ordered key-value database.";
    static final String VELOCITY_FOOTER = "%n" + "Exit codes:%n" +
        "  0  done%n" +
        "  1  failed; the message says why%n" +
        "  2  the command line is wrong%n" +
        "  3  the configuration is refused%n" +
        "  4  another process has the data directory%n" +
        "  5  what is on disk is not what was written";

    private HelpText()
    {
    }
}
