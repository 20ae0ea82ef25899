#!/usr/bin/perl
# The same as ours.cpp by Mail::DKIM, which knows RSA only:
#   mail-dkim.pl sign RSA.pem FORMS DIR OUT; mail-dkim.pl verify RECORDS DIR
# FORMS: "-" for always relaxed, else all four in turn.
use strict;
use warnings;
use Mail::DKIM::PrivateKey;
use Mail::DKIM::Signer;
use Mail::DKIM::Verifier;

my $started = (times)[0] + (times)[1];

sub messages {
    my ($directory) = @_;
    opendir my $handle, $directory or die;
    return map {
        open my $file, '<:raw', "$directory/$_" or die;
        local $/;
        my $text = <$file>;
        $text =~ s/\r?\n/\r\n/g;
        # As SMTP would have it; without, the simple form lacks it too.
        $text .= "\r\n" unless $text =~ /\n\z/;
        [$_, $text];
    } sort grep { /\.eml$/ } readdir $handle;
}

if ($ARGV[0] eq 'sign') {
    my ($mode, $rsa, $forms, $directory, $out) = @ARGV;
    my @forms = ('relaxed', 'simple');
    my $key = Mail::DKIM::PrivateKey->load(File => $rsa);
    my $number = 0;
    for (messages($directory)) {
        my ($name, $text) = @$_;
        my $signer = Mail::DKIM::Signer->new(
            Algorithm => 'rsa-sha256', Domain => 'example.org', Selector => 'r', Key => $key,
            Method => $forms[$number & 1] . '/' . $forms[$number >> 1 & 1]);
        $signer->PRINT($text);
        $signer->CLOSE;
        open my $file, '>:raw', "$out/$name" or die;
        print $file $signer->signature->as_string, "\r\n", $text;
        $number++ if $forms ne '-';
    }
    print STDERR 'cpu ', ((times)[0] + (times)[1] - $started) * 1000, "\n" if $ENV{CPU};
    exit 0;
}

my %records;
open my $file, '<', $ARGV[1] or die;
while (<$file>) {
    chomp;
    my ($name, $record) = split / /, $_, 2;
    $records{$name} = $record;
}
{
    package Answer;
    sub new { my ($class, $text) = @_; return bless {text => $text}, $class }
    sub type { return 'TXT' }
    sub txtdata { return $_[0]{text} }
    sub char_str_list { return $_[0]{text} }
}
no warnings 'redefine';
*Mail::DKIM::DNS::query = sub {
    my ($name) = @_;
    return defined $records{$name} ? Answer->new($records{$name}) : ();
};
for (messages($ARGV[2])) {
    my ($name, $text) = @$_;
    my $verifier = Mail::DKIM::Verifier->new;
    $verifier->PRINT($text);
    $verifier->CLOSE;
    my @verdicts = map { ($_->algorithm // '') =~ /ed25519/ ? '-' : $_->result } $verifier->signatures;
    print join(' ', $name =~ s/\.eml$//r, @verdicts), "\n";
}
print STDERR 'cpu ', ((times)[0] + (times)[1] - $started) * 1000, "\n" if $ENV{CPU};
