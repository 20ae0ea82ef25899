# Certificates of a node, and what its ports show.
#
#   make_certificate mail.example.test cert.pem key.pem     self-signed, so it is its own authority
#   serial_of cert.pem
#   serves_serial SERIAL ADDRESS PORT...                     all of them show that one

make_certificate() { # NAME CERTIFICATE KEY; a certificate that is there is replaced by a rename
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj "/CN=$1" \
        -addext "subjectAltName=DNS:$1" -keyout "$3" -out "$2.new" 2>/dev/null
    mv "$2.new" "$2"
}

serial_of() { openssl x509 -noout -serial <"$1"; }

serves_serial() {
    local port
    for port in "${@:3}"; do
        [ "$(openssl s_client -connect "$2:$port" </dev/null 2>/dev/null | openssl x509 -noout -serial)" = "$1" ] || return 1
    done
}
