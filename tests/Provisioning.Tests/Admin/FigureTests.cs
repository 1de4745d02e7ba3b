using System.Text;
using EncryptionService.Provisioning.Admin.Accounts;

namespace EncryptionService.Provisioning.Tests.Admin;

/// <summary>Figures of RFC 7914 and RFC 6238, and what is kept of a password.</summary>
public sealed class FigureTests
{
    [Theory]
    [InlineData("password", "NaCl", 1024, 8, 16, "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640")]
    [InlineData("pleaseletmein", "SodiumChloride", 16384, 8, 1, "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887")]
    public void Scrypt_has_the_figures_of_RFC_7914(string password, string salt, int cost, int blockSize, int parallelization, string hex) => Assert.Equal(
        hex, Convert.ToHexStringLower(Scrypt.Derive(Encoding.ASCII.GetBytes(password), Encoding.ASCII.GetBytes(salt), (ulong)cost, (ulong)blockSize, (ulong)parallelization, 64)));

    [Theory]
    [InlineData(59, "94287082")]
    [InlineData(1111111109, "07081804")]
    [InlineData(1111111111, "14050471")]
    [InlineData(1234567890, "89005924")]
    [InlineData(2000000000, "69279037")]
    [InlineData(20000000000, "65353130")]
    public void Codes_are_the_last_six_digits_of_RFC_6238(long seconds, string eight) => Assert.Equal(
        eight[2..], Totp.CodeOf("12345678901234567890"u8, Totp.StepOf(DateTimeOffset.FromUnixTimeSeconds(seconds))));

    [Fact]
    public void A_code_is_good_one_step_early_and_late_and_never_after_a_later_one()
    {
        var secret = "12345678901234567890"u8.ToArray();
        var now = DateTimeOffset.FromUnixTimeSeconds(1_234_567_890);
        var step = Totp.StepOf(now);

        Assert.All([-1, 0, 1], off => Assert.Equal(step + off, Totp.Match(secret, Totp.CodeOf(secret, step + off), now, 0)));
        Assert.All([-2, 2], off => Assert.Null(Totp.Match(secret, Totp.CodeOf(secret, step + off), now, 0)));
        Assert.Null(Totp.Match(secret, Totp.CodeOf(secret, step), now, step));
        Assert.Null(Totp.Match(secret, Totp.CodeOf(secret, step - 1), now, step));
        Assert.All(["", "12345", "1234567", "12345a", "１２３４５６"], code => Assert.Null(Totp.Match(secret, code, now, 0)));
    }

    [Fact]
    public void A_kept_hash_has_its_own_salt_and_parameters_and_fits_one_password()
    {
        var (one, other) = (PasswordHash.Of("a password of words"), PasswordHash.Of("a password of words"));
        var read = PasswordHash.Parse(one.ToString());

        Assert.NotEqual(one.ToString(), other.ToString());
        Assert.Matches(@"^\$scrypt\$ln=16,r=8,p=2\$[A-Za-z0-9_-]{22}\$[A-Za-z0-9_-]{43}$", one.ToString());
        Assert.Equal((true, true, false, false), (read.IsPresent, read.Fits("a password of words"), read.Fits("a password of word"), read.Fits("")));
        Assert.False(PasswordHash.Parse(one.ToString().Replace("ln=16", "ln=14", StringComparison.Ordinal)).IsPresent);
    }

    [Theory]
    [InlineData("")]
    [InlineData("$scrypt$ln=40,r=8,p=2$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("$scrypt$ln=16,r=8,p=2$AAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void What_is_no_kept_hash_is_refused(string text) => Assert.Throws<FormatException>(() => PasswordHash.Parse(text));

    [Theory]
    [InlineData("short", "at least 12")]
    [InlineData("elevenchars", "at least 12")]
    [InlineData("aaaaaaaaaaaaaaaa", "Choose another")]
    [InlineData("Password123456", "Choose another")]
    [InlineData("qwertyqwerty12", "Choose another")]
    [InlineData("AcmeLtdAcme2026", "Choose another")]
    [InlineData("lovelace-ada-example", "Choose another")]
    public void Passwords_that_are_tried_first_are_refused(string password, string reason) =>
        Assert.Contains(reason, PasswordRules.WhyNot(password, "ada.lovelace@example.com", "Ada Lovelace", "Acme Ltd"), StringComparison.Ordinal);

    [Theory]
    [InlineData("four ordinary words")]
    [InlineData("Zq8!vLw2#nTr")]
    [InlineData("der himmel über berlin")]
    public void Long_ones_need_no_certain_characters(string password) => Assert.Null(PasswordRules.WhyNot(password, "ada.lovelace@example.com", "Ada Lovelace", "Acme Ltd"));
}
