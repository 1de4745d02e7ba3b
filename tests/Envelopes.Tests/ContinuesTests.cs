using EncryptionService.Formats;

namespace EncryptionService.Envelopes.Tests;

/// <summary>When a statement continues another (envelope.md, section 6).</summary>
public sealed class ContinuesTests
{
    private static readonly Statement first = (Statement)Claims.Sample("statement");

    [Fact]
    public void The_next_revision_of_the_same_epoch_continues() => Assert.Equal("", Reason(next => next));

    [Fact]
    public void A_later_epoch_may_have_another_key()
        => Assert.Equal("", Reason(next => next with { Epoch = 9, Commitment = Digest32.Of("new"u8), Link = null }));

    [Fact]
    public void Anything_else_does_not_continue()
    {
        Assert.Equal("another organization", Reason(next => next with { Organization = Ids.Organization("o2") }));
        Assert.Equal("another group", Reason(next => next with { Group = Ids.Group("g2") }));
        Assert.Equal("revision 9 does not follow 7", Reason(next => next with { Revision = 9 }));
        Assert.Equal("revision 7 does not follow 7", Reason(next => next with { Revision = 7 }));
        Assert.Equal("it names another previous statement", Reason(next => next with { Previous = Digest32.Of("x"u8) }));
        Assert.Equal("the epoch went back", Reason(next => next with { Epoch = 2, Link = new KeyLink(1, new byte[48]) }));
        Assert.Equal("another key for the same epoch", Reason(next => next with { Commitment = Digest32.Of("x"u8) }));
        Assert.Equal("another key for the same epoch", Reason(next => next with { Link = null }));
        Assert.Equal("another key for the same epoch", Reason(next => next with { Link = new KeyLink(1, new byte[48]) }));
        Assert.Equal("another key for the same epoch", Reason(next => next with { Link = new KeyLink(0, new byte[48]), Adopted = Digest32.Zero }));
        Assert.Equal("the group has ended", Reason(next => next, first with { End = true }));
    }

    [Fact]
    public void Another_adopted_key_for_the_same_epoch_does_not_continue()
    {
        var adopted = first with { Link = new KeyLink(0, new byte[48]), Adopted = Digest32.Zero };
        Assert.Equal("", Reason(next => next, adopted));
        Assert.Equal("another key for the same epoch", Reason(next => next with { Adopted = Digest32.Of("x"u8) }, adopted));
    }

    private static string Reason(Func<Statement, Statement> change, Statement? before = null)
    {
        var previous = Signed(before ?? first);
        var next = Signed(change(previous with { Revision = 8, Previous = previous.Hash, End = false }));
        Assert.Equal(next.Continues(previous, out var reason), reason.Length == 0);
        return reason;
    }

    private static Statement Signed(Statement statement)
        => Statement.TryParse(Claims.Sign(statement), out var read, out var error) ? read : throw new InvalidOperationException(error);
}
