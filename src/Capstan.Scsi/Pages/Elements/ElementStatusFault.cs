namespace Capstan.Scsi;

/// <summary>What can be wrong with element status data.</summary>
public enum ElementStatusProblem : byte
{
    /// <summary>Fewer than the eight bytes of the header.</summary>
    HeaderCut,

    /// <summary>A page begins, and its eight bytes of header do not fit into what the report says it has.</summary>
    PageHeaderCut,

    /// <summary>BYTE COUNT OF DESCRIPTOR DATA AVAILABLE of a page goes past the end of the report.</summary>
    PageBeyondReport,

    /// <summary>ELEMENT TYPE CODE of a page is none of 1 to 4; the page is left out.</summary>
    ElementTypeUnknown,

    /// <summary>ELEMENT DESCRIPTOR LENGTH is 0 or less than the 12 bytes that every descriptor has; the page is left out.</summary>
    DescriptorLengthTooShort,

    /// <summary>PVOLTAG or AVOLTAG promise more than ELEMENT DESCRIPTOR LENGTH has room for.</summary>
    VolumeTagsDoNotFit,

    /// <summary>The byte count of a page is no multiple of its descriptor length; what is left over is left out.</summary>
    DescriptorsDoNotFillPage,

    /// <summary>IDENTIFIER LENGTH goes past the end of the descriptor; the identifier ends there.</summary>
    IdentifierDoesNotFit,

    /// <summary>NUMBER OF ELEMENTS AVAILABLE in the header is not how many there are.</summary>
    ElementCountDiffers,
}

/// <summary>What is wrong with element status data, and where.</summary>
/// <param name="Problem">What.</param>
/// <param name="Offset">Of the field in question, in bytes from the beginning of the data.</param>
/// <param name="Value">What the field says.</param>
public readonly record struct ElementStatusFault(ElementStatusProblem Problem, int Offset, int Value)
{
    /// <summary>One line for users: the byte, and what it says.</summary>
    public override string ToString() => $"byte {Offset}: " + Problem switch
    {
        ElementStatusProblem.HeaderCut => $"the element status data end after {Value} bytes, inside their header",
        ElementStatusProblem.PageHeaderCut => $"an element status page begins with {Value} bytes left, and its header alone has {ElementStatusReader.PageHeaderLength}",
        ElementStatusProblem.PageBeyondReport => $"the page's byte count {Value} goes past the end of the report",
        ElementStatusProblem.ElementTypeUnknown => $"element type {Value:X}h is not known",
        ElementStatusProblem.DescriptorLengthTooShort => $"an element descriptor length of {Value} is less than {ElementDescriptor.FixedLength}",
        ElementStatusProblem.VolumeTagsDoNotFit => $"an element descriptor length of {Value} has no room for the volume tags that the page promises",
        ElementStatusProblem.DescriptorsDoNotFillPage => $"the page's byte count {Value} is no multiple of its descriptor length",
        ElementStatusProblem.IdentifierDoesNotFit => $"an identifier length of {Value} goes past the end of the element descriptor",
        _ => $"the header counts {Value} elements, and there are not so many, or more",
    };
}
