# Shared by the scripts beside it: finds a JDK and sets the flags that it needs. To be sourced.

readonly OLDEST_VERSION=17

fail()
{
    printf 'velocity: %s\n' "$1" >&2
    exit 1
}

# The feature version of a Java home (17, 25), or nothing where there is no Java in it. Reads the file that every JDK has,
# since asking java itself takes longer than everything else here.
version_of()
{
    local home="$1" line
    [[ -x "$home/bin/java" && -r "$home/release" ]] || return 0
    while IFS= read -r line || [[ -n "$line" ]]
    do
        if [[ "$line" =~ ^JAVA_VERSION=\"([0-9]+) ]]
        then
            printf '%s' "${BASH_REMATCH[1]}"
            return 0
        fi
    done < "$home/release"
}

# Sets java_home and java_version: JAVA_HOME if it will do, else the newest of what is on the PATH and in the usual folders.
find_java()
{
    local home version
    java_home=''
    java_version=0
    if [[ -n "${JAVA_HOME:-}" ]]
    then
        version="$(version_of "$JAVA_HOME")"
        if [[ -n "$version" ]] && (( version >= OLDEST_VERSION ))
        then
            java_home="$JAVA_HOME"
            java_version="$version"
            return
        fi
    fi

    local candidates=()
    if home="$(command -v java)"
    then
        home="$(readlink -f "$home" 2>/dev/null || printf '%s' "$home")"
        candidates+=("${home%/bin/java}")
    fi
    shopt -s nullglob
    candidates+=(
        /usr/lib/jvm/*
        /usr/java/*
        /opt/java/*
        /opt/jdk*
        "${HOME:-/nonexistent}"/.sdkman/candidates/java/*
        "${HOME:-/nonexistent}"/.jdks/*
        /Library/Java/JavaVirtualMachines/*/Contents/Home
        /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home)
    shopt -u nullglob
    for home in "${candidates[@]}"
    do
        version="$(version_of "$home")"
        if [[ -n "$version" ]] && (( version >= OLDEST_VERSION && version > java_version ))
        then
            java_home="$home"
            java_version="$version"
        fi
    done
    [[ -n "$java_home" ]] || fail "no JDK found: Java $OLDEST_VERSION or later is needed; set JAVA_HOME"
}

# Builds everything, without tests, where a file is not there yet.
build_unless_exists()
{
    local file="$1"
    [[ ! -f "$file" ]] || return 0
    command -v mvn > /dev/null || fail "nothing is built yet and there is no mvn to build it: file=$file"
    printf 'velocity: building %s, once\n' "$file" >&2
    (cd -- "$root" && JAVA_HOME="$java_home" mvn -B -q -DskipTests package) >&2 ||
        fail "the build failed with Java $java_version ($java_home): see above, or set JAVA_HOME to another JDK"
    [[ -f "$file" ]] || fail "the build did not make it: file=$file"
}

root="$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/.." && pwd)"
find_java

options=(
    # Agrona reads and writes memory through it.
    --add-opens java.base/jdk.internal.misc=ALL-UNNAMED
    # Data lies outside the heap. What is in it is small, but for 64 MiB for each password that is being verified. So it
    # begins small: 15 MiB less resident than with 64.
    -Xms16m
    -Xmx768m
    # What may be outside as direct buffers: 256 MiB of frames, 128 MiB of commands too large for their slot, 160 MiB of the
    # largest group, as much again while a log with such groups is replayed. Memtables and caches are beside it.
    -XX:MaxDirectMemorySize=1g
    # The selector boxes the descriptor of each socket that is ready; up to this one it need not allocate for it.
    -XX:AutoBoxCacheMax=65536
    -XX:+UseG1GC
    -XX:+ExitOnOutOfMemoryError
    -Djava.awt.headless=true)
if (( java_version >= 24 ))
then
    options+=(--sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED)
fi
if (( java_version >= 25 ))
then
    # Headers of eight bytes (JEP 519): a tenth less heap for each idle connection, which is many small objects.
    options+=(-XX:+UseCompactObjectHeaders)
fi
if [[ -n "${VELOCITY_JAVA_OPTS:-}" ]]
then
    # Split at white space, as the variable of a shell is meant to be.
    read -r -a added <<< "$VELOCITY_JAVA_OPTS"
    options+=("${added[@]}")
fi
