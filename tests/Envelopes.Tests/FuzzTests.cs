using EncryptionService.Formats;
using FsCheck;
using FsCheck.Fluent;

namespace EncryptionService.Envelopes.Tests;

/// <summary>No text makes a parser throw, and no changed object is ever taken for a verified one.</summary>
public sealed class FuzzTests
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_. =+/\n\u00e9";
    private static readonly Person alice = new("alice");
    private static readonly string[] seeds = [.. Claims.Kinds.Select(kind => Claims.Sign(Claims.Sample(kind)))];

    /// <summary>An edit of a text: where, what to do, with which character.</summary>
    private static Arbitrary<(int At, int How, int With)[]> Edits => Arb.From(
        Gen.Choose(0, int.MaxValue - 1).SelectMany(at => Gen.Choose(0, 3).SelectMany(how => Gen.Choose(0, Alphabet.Length - 1).Select(with => (at, how, with))))
            .NonEmptyListOf().Select(list => list.Take(3).ToArray()));

    [Fact]
    public void Random_bytes_never_make_a_parser_throw()
        => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
        {
            var text = System.Text.Encoding.Latin1.GetString(bytes);
            ParseAll(text);
            ParseAll(string.Join('.', Base64UrlText.Encode(bytes), Base64UrlText.Encode(bytes), Base64UrlText.Encode(new byte[64])));
            ParseAll($"{Base64UrlText.Encode(bytes)}.{Base64UrlText.Encode(bytes)}..{Base64UrlText.Encode(bytes)}.");
            Assert.Equal(StrictJson.TryRead(bytes, out var json, out var error), json is not null && error.Length == 0);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Random_text_never_makes_a_parser_throw()
        => Prop.ForAll(ArbMap.Default.ArbFor<string>(), text =>
        {
            ParseAll(text);
            if (text is not null)
            {
                ParseAll(Claims.SignRaw(Claims.HeaderOf("statement"), text));
                ParseAll(Claims.SignRaw(text, Claims.PayloadOf("statement")));
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_changed_signed_object_is_never_verified()
        => Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000), Prop.ForAll(Edits, edits =>
        {
            for (var index = 0; index < seeds.Length; index++)
            {
                var changed = Apply(seeds[index], edits);
                ParseAll(changed);
                var kind = Claims.Kinds[index];
                if (changed != seeds[index] && Claims.TryParse(kind, changed, out var value, out _))
                {
                    Assert.False(value!.VerifiedBy(Claims.Key));
                }
            }
        }));

    [Fact]
    public void A_changed_envelope_never_opens()
    {
        using var world = new World();
        world.Add(alice);
        var request = world.RequestOf(alice);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000), Prop.ForAll(Edits, edits =>
        {
            var changed = Apply(request.Envelope, edits);
            if (changed != request.Envelope)
            {
                using var result = Opener.Open(request with { Envelope = changed });
                Assert.NotEqual(OpenOutcome.Opened, result.Outcome);
                Assert.Null(result.Key);
            }
        }));
    }

    [Fact]
    public void A_changed_claim_in_a_signed_object_never_verifies_though_it_parses()
    {
        foreach (var kind in Claims.Kinds)
        {
            var parts = Claims.Sign(Claims.Sample(kind)).Split('.');
            var payload = Claims.Edit(Claims.PayloadOf(kind), "org", "\"o2\"");
            var changed = $"{parts[0]}.{Base64UrlText.Encode(System.Text.Encoding.UTF8.GetBytes(payload))}.{parts[2]}";
            Assert.True(Claims.TryParse(kind, changed, out var value, out var error), error);
            Assert.False(value!.VerifiedBy(Claims.Key));
        }
    }

    [Fact]
    public void Base64url_round_trips_and_every_text_that_decodes_is_the_one_that_encodes()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes
            => Base64UrlText.TryDecode(Base64UrlText.Encode(bytes), out var decoded) && decoded.AsSpan().SequenceEqual(bytes)).QuickCheckThrowOnFailure();
        var texts = Gen.Elements(Alphabet.ToCharArray()).ListOf().Select(list => new string([.. list]));
        Prop.ForAll(Arb.From(texts), text
            => !Base64UrlText.TryDecode(text, out var decoded) || Base64UrlText.Encode(decoded) == text).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Statements_round_trip()
    {
        var sample = (Statement)Claims.Sample("statement");
        var numbers = ArbMap.Default.ArbFor<ulong>();
        Prop.ForAll(numbers, numbers, ArbMap.Default.ArbFor<byte[]>(), (epoch, revision, bytes) =>
        {
            var statement = sample with
            {
                Epoch = (epoch % (StrictJson.MaxNumber - 3)) + 3,
                Revision = (revision % (StrictJson.MaxNumber - 2)) + 2,
                Roster = Digest32.Of(bytes),
                Previous = Digest32.Of([1, .. bytes]),
                End = bytes.Length % 2 == 1,
                Suites = [.. Suite.All.Where((_, index) => index == 0 || bytes.Length % (index + 2) == 0)],
                Why = [.. StatementReasons.All.Where((_, index) => (bytes.Length >> index & 1) == 1)],
            };
            Assert.True(Statement.TryParse(Claims.Sign(statement), out var read, out var error), error);
            Assert.Equal(statement.ToPayload(), read.ToPayload());
            Assert.Equal((statement.Epoch, statement.Revision, statement.Roster, statement.End), (read.Epoch, read.Revision, read.Roster, read.End));
            Assert.Equal(statement.Suites, read.Suites);
            Assert.Equal(statement.Why, read.Why);
        }).QuickCheckThrowOnFailure();
    }

    private static string Apply(string text, IEnumerable<(int At, int How, int With)> edits)
    {
        foreach (var (at, how, with) in edits)
        {
            var place = at % (text.Length + 1);
            var character = Alphabet[with].ToString();
            text = how switch
            {
                0 => text.Insert(place, character),
                1 when place < text.Length => text.Remove(place, 1),
                2 when place < text.Length => text.Remove(place, 1).Insert(place, character),
                _ => text[..place],
            };
        }

        return text;
    }

    /// <summary>Gives a text to every parser; how many took it does not matter, only that none throws.</summary>
    private static int ParseAll(string? text)
    {
        bool[] taken =
        [
            .. Claims.Kinds.Select(kind => Claims.TryParse(kind, text, out _, out _)),
            Envelope.TryParse(text, out _, out _),
            AdoptedKeyJwe.TryParse(text, out _, out _),
            HpkeJwk.TryParse(text, out _, out _),
            SigningJwk.TryParse(text, out _, out _),
            RosterProof.TryParse(text, out _),
            Digest32.TryParse(text, out _),
            Thumbprint.TryParse(text, out _),
            MemberId.TryParse(text, out _),
        ];
        return taken.Count(one => one);
    }
}
