using EncryptionService.Formats;
using EncryptionService.Hpke;

namespace EncryptionService.Envelopes.Tests;

public sealed class WrapperTests
{
    private static readonly OrganizationId home = Ids.Organization("o1");
    private static readonly GroupId team = Ids.Group("g1");

    [Fact]
    public void A_mixed_batch_comes_back_in_order_and_every_envelope_opens()
    {
        var people = Enumerable.Range(0, 150).Select(number => new Person($"m-{number}", Suite.All[number % 4])).ToArray();
        using var key = VaultKey.Generate();
        var envelopes = Wrapper.Wrap(key, home, team, 9, [.. people.Select(person => person.Recipient)]);
        Assert.Equal(people.Select(person => person.Member), envelopes.Select(envelope => envelope.Member));
        var opened = new byte[32];
        for (var index = 0; index < people.Length; index++)
        {
            Assert.True(Envelope.TryParse(envelopes[index].Jwe, out var envelope, out var error), error);
            var own = people[index].Secret;
            Assert.Equal(
                new EnvelopeHeader(own.Public.Hpke.Suite, home, team, 9, people[index].Member, own.Public.Hpke.Thumbprint), envelope.Header);
            Assert.Equal(envelopes[index].Kid, envelope.Header.Kid);
            Assert.True(HpkeOpener.TryOpen(own.Hpke, envelope.Encapsulation.Span, envelope.ProtectedHeader.Span, envelope.Ciphertext.Span, opened));
            Assert.True(key.Reveal().SequenceEqual(opened));
        }
    }

    [Fact]
    public void No_recipients_are_no_envelopes()
    {
        using var key = VaultKey.Generate();
        Assert.Empty(Wrapper.Wrap(key, home, team, 1, []));
    }

    [Fact]
    public void An_envelope_costs_no_memory_but_its_text()
    {
        using var key = VaultKey.Generate();
        var recipients = Enumerable.Range(0, SealWorker.MaxBatch).Select(number => new Person($"m-{number:D4}").Recipient).ToArray();
        using var worker = new SealWorker(new EnvelopeWriter(Suite.Hpke4, home, team, 1));
        var output = new WrappedEnvelope[recipients.Length];
        int[] indices = [.. Enumerable.Range(0, recipients.Length)];
        worker.Seal(key, recipients, indices, output);

        var before = GC.GetAllocatedBytesForCurrentThread();
        worker.Seal(key, recipients, indices, output);
        var spent = GC.GetAllocatedBytesForCurrentThread() - before;

        // A string of n characters has 22 + 2n bytes, rounded up to 8.
        var texts = output.Sum(envelope => ((22 + (2 * envelope.Jwe.Length)) + 7) / 8 * 8);
        Assert.Equal(texts, spent);
    }

    [Fact]
    public void The_suites_of_the_two_libraries_are_the_same()
    {
        Assert.Equal(HpkeSuite.All.Select(suite => suite.Name).Order(), Suite.All.Select(suite => suite.Name).Order());
        Assert.All(Suite.All, suite => Assert.Equal(suite.PublicKeySize, suite.ToHpke().PublicKeySize));
        Assert.Equal(Suite.All.OrderByDescending(suite => suite.Strength), Suite.All);
        Assert.Equal(["HPKE-4", "HPKE-7", "HPKE-3", "HPKE-0"], Suite.All.Select(suite => suite.Name));
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 3, 7)]
    [InlineData(64, 64, 64)]
    [InlineData(5, 64, 12)]
    [InlineData(6, 63, 13)]
    public void The_header_written_in_two_pieces_is_the_header_of_the_specification(int organization, int group, int member)
    {
        var org = new string('o', organization);
        var grp = new string('g', group);
        var mem = new string('m', member);
        var kid = Claims.Key.Thumbprint;
        foreach (var epoch in new ulong[] { 1, 10, 123, StrictJson.MaxNumber })
        {
            var writer = new EnvelopeWriter(Suite.Hpke4, Ids.Organization(org), Ids.Group(grp), epoch);
            var header = new byte[EnvelopeWriter.MaxHeaderLength];
            var length = writer.WriteHeader(Ids.Member(mem), kid, header);
            Assert.True(Base64UrlText.TryDecode(System.Text.Encoding.ASCII.GetString(header, 0, length), out var json));
            Assert.Equal(
                $$"""{"alg":"HPKE-4","typ":"eec-envelope+jwe","org":"{{org}}","grp":"{{grp}}","epo":{{epoch}},"mem":"{{mem}}","kid":"{{kid}}"}""",
                System.Text.Encoding.UTF8.GetString(json));
        }
    }
}
