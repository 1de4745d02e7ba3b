using System.Globalization;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc.Rendering;

namespace EncryptionService.Provisioning.Admin.Web;

/// <summary>Times and small pieces of text as pages show them.</summary>
internal static class Words
{
    /// <summary>A time in UTC; the script turns it into the reader's own.</summary>
    public static IHtmlContent Time(DateTimeOffset? time, string none = "never")
    {
        if (time is not { } at)
        {
            return new HtmlString(none);
        }

        var tag = new TagBuilder("time");
        tag.Attributes["datetime"] = at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        tag.InnerHtml.Append(at.UtcDateTime.ToString("d MMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture));
        return tag;
    }

    /// <summary>An address or a name of an account: a line ends after a dot or an at sign, not within a word.</summary>
    public static IHtmlContent Breakable(string text)
    {
        var content = new HtmlContentBuilder();
        for (var begin = 0; begin < text.Length;)
        {
            var end = text.AsSpan(begin).IndexOfAny('.', '@') is >= 0 and var found ? begin + found + 1 : text.Length;
            content.Append(text[begin..end]);
            if (end < text.Length)
            {
                content.AppendHtml("<wbr>");
            }

            begin = end;
        }

        return content;
    }

    /// <summary>A number and its noun.</summary>
    public static string Count(long number, string one, string several) => $"{number.ToString("N0", CultureInfo.InvariantCulture)} {(number == 1 ? one : several)}";
}
