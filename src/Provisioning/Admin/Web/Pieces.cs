namespace EncryptionService.Provisioning.Admin.Web;

/// <summary>How something is meant: its colour, and for a notice whether it interrupts.</summary>
internal enum Tone
{
    /// <summary>Neither good nor bad.</summary>
    Plain,

    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Somebody should look.</summary>
    Warn,

    /// <summary>It does not work.</summary>
    Bad,

    /// <summary>Something is waited for.</summary>
    Wait,
}

/// <summary>A link.</summary>
internal sealed record PageLink(string Path, string Name);

/// <summary>The head of a page (<c>_Head</c>): title, one or two sentences, and the page above it.</summary>
internal sealed record PageHead(string Title, string? Lead = null, PageLink? Back = null);

/// <summary>A word about a state (<c>_Badge</c>).</summary>
internal sealed record Badge(Tone Tone, string Text)
{
    /// <summary>Class in the style sheet.</summary>
    public string Class => Tone.ToString().ToLowerInvariant();
}

/// <summary>A box with a sentence or two (<c>_Notice</c>).</summary>
internal sealed record Notice(Tone Tone, string Text, string? Title = null)
{
    /// <summary>Class in the style sheet.</summary>
    public string Class => Tone.ToString().ToLowerInvariant();
}

/// <summary>What stands where a table would be empty (<c>_Empty</c>).</summary>
internal sealed record EmptyState(string Title, string Text, PageLink? Action = null);

/// <summary>A value with a button that copies it (<c>_Copy</c>).</summary>
internal sealed record CopyField(string Id, string Label, string Value, string? Hint = null);

/// <summary>A page that asks before something is done that cannot be taken back (<c>_Confirm</c>); the POST to the same address does it.</summary>
internal sealed record Confirm(string Title, string Text, string Button, PageLink Back);

/// <summary>A new authenticator secret in a form (<c>_AuthenticatorOffer</c>).</summary>
internal sealed record AuthenticatorOffer(byte[] Secret, string Offer, string Account);
